//! Questions about names that a listing has just told of. The worker answers its guest by itself, so nobody waits for the broker,
//! which decides and records them after it has answered whoever does wait.
use std::collections::VecDeque;
use std::sync::Arc;

use toolward_host_fns::door::{Door, Fault, Reply, Request};
use toolward_host_fns::in_process::InProcess;

use super::endings::ending_of;
use crate::call::{Cause, Ending};

/// The most questions that are put off.
const MAX_PUT_OFF: usize = 64;

/// The questions of one call that are put off, in the order in which they were asked.
pub(super) struct Mentioned {
    door: Arc<InProcess>,
    questions: VecDeque<Request>,
}

impl Mentioned {
    pub(super) fn new(door: Arc<InProcess>) -> Self {
        Self { door, questions: VecDeque::new() }
    }

    /// Puts a question off. Where too many are, the oldest is recorded; how that ended the call, if it did.
    pub(super) fn put_off(&mut self, question: Request) -> Option<Ending> {
        self.questions.push_back(question);
        self.record_until(MAX_PUT_OFF)
    }

    /// Decides and records what must come before this request; how that ended the call, if it did. Only reading a file may go
    /// first, and only where it cannot taint the task: all else may change a name, or a decision.
    pub(super) fn record_before(&mut self, request: &Request) -> Option<Ending> {
        if request.opens_to_read() && !self.door.may_become_tainted() { None } else { self.record() }
    }

    /// Decides and records what was put off; how that ended the call, if it did.
    pub(super) fn record(&mut self) -> Option<Ending> {
        self.record_until(0)
    }

    /// The same after the call, which no refusal can end any more.
    pub(super) fn record_after_the_end(&mut self) {
        while self.record().is_some() {}
    }

    fn record_until(&mut self, left: usize) -> Option<Ending> {
        while self.questions.len() > left {
            let ending = self.questions.pop_front().and_then(|question| self.decide(question));
            if ending.is_some() {
                return ending;
            }
        }
        None
    }

    /// The guest has its answer already, so a refusal ends the call.
    fn decide(&self, question: Request) -> Option<Ending> {
        match self.door.perform_now(question) {
            // What was listed may be gone by now.
            Reply::Identity(_) | Reply::Fault(Fault::Os(_)) => None,
            Reply::Fault(fault @ (Fault::Limit(_) | Fault::Over)) => Some(ending_of(fault)),
            Reply::Fault(Fault::Refused) => {
                Some(Ending::Trap("what it had listed before may not be listed any more".to_owned()))
            }
            _ => Some(Ending::Broken(Cause::Other)),
        }
    }
}

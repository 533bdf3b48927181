//! A worker while somebody uses it: no call shares it with another.
use std::sync::{Arc, Weak};

use super::process::{Fall, Worker};
use super::workers::{Key, Workers};
use crate::engine::Unfit;
use crate::failure::Failure;
use crate::isolation::both_walls;
use crate::typed::Signature;
use crate::walls::Enforced;

/// A worker for one call; it goes back to where it came from when that has ended well.
pub struct Lease {
    worker: Option<Worker>,
    key: Key,
    home: Weak<Workers>,
    reused: bool,
}

impl Lease {
    pub(super) fn new(worker: Worker, key: Key, home: &Arc<Workers>, reused: bool) -> Self {
        Self { worker: Some(worker), key, home: Arc::downgrade(home), reused }
    }

    /// Whether its worker has waited for this call: it may have been killed just as it was taken.
    pub(super) fn is_reused(&self) -> bool {
        self.reused
    }

    /// The signature of an export that is ready.
    pub(crate) fn signature(&self, function: Option<&str>) -> Option<&Signature> {
        self.worker.as_ref()?.signature(function)
    }

    /// Has an export made ready.
    pub(crate) fn link(&mut self, function: Option<&str>) -> Result<(), Failure> {
        let Some(worker) = &mut self.worker else { return Err(failed("it has ended")) };
        worker.link(function).map_err(|Fall { how, .. }| failed(&how))
    }

    /// Waits until it is.
    pub(crate) fn linked(&mut self, function: Option<&str>) -> Result<Result<(), Unfit>, Failure> {
        let Some(worker) = &mut self.worker else { return Err(failed("it has ended")) };
        match worker.linked(function) {
            Ok(_) if worker.enforced != Some(Enforced::here()) => {
                let part = worker.enforced.map_or(Ok(()), both_walls);
                self.worker = None;
                Err(part.err().unwrap_or_else(|| failed("its walls are not as high as this machine can put them up")))
            }
            Ok(linked) => Ok(linked.map_err(|unlinked| unlinked.unfit(function))),
            Err(Fall { how, .. }) => {
                self.worker = None;
                Err(failed(&how))
            }
        }
    }

    /// The worker, taken: it comes back by [`Lease::back`], or ends.
    pub(super) fn take(&mut self) -> Option<Worker> {
        self.worker.take()
    }

    /// Its call has ended well.
    pub(super) fn back(&mut self, worker: Worker) {
        self.worker = Some(worker);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let (Some(worker), Some(home)) = (self.worker.take(), self.home.upgrade()) {
            home.take_back(self.key.clone(), worker);
        }
    }
}

fn failed(how: &str) -> Failure {
    Failure::internal(format!("the tool's worker could not be started: {how}"))
        .help("`toolward doctor` says what this machine enforces")
}

//! Why a host could not do its work, in words for whoever called.
use serde::{Deserialize, Serialize};
use toolward_host_fns::shortage::Shortage;

use super::{Ending, Outcome};
use crate::failure::Failure;
use crate::notice::Notice;

/// What kept a host from its work. A closed list, since a worker says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The kernel gave no memory for the guest.
    Memory,
    /// No thread could be started that interrupts the guest.
    Thread,
    /// Anything else: what stands behind the door has told it, where it knows.
    Other,
}

impl Outcome {
    /// That the host could not do its work, and why as far as it knows.
    #[must_use]
    pub fn broken_off(&self) -> Failure {
        match (&self.ending, &self.broken) {
            (Ending::Broken(Cause::Memory), _) => {
                Failure::short("this machine has no memory for the tool", Shortage::Memory)
            }
            (Ending::Broken(Cause::Thread), _) => {
                let message = "this machine lets no thread be started that keeps the tool to its time";
                let failure = Failure::internal(message);
                failure.help("let fewer calls run at once, or raise the limit (`ulimit -u`)").notice(Notice::Busy)
            }
            (_, Some(why)) => {
                let failure = Failure::internal(why);
                match Shortage::ALL.into_iter().find(|shortage| why.contains(&shortage.to_string())) {
                    Some(shortage) => failure.notice(Notice::Short(shortage)),
                    None => failure,
                }
            }
            (_, None) => Failure::internal("the tool was stopped, since its host could not do its work"),
        }
    }
}

//! Why a host could not do its work, in words for whoever called.
use serde::{Deserialize, Serialize};

use super::{Ending, Outcome};

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
    /// Why the host could not do its work, where it could not.
    #[must_use]
    pub fn why_broken(&self) -> &str {
        match (&self.ending, &self.broken) {
            (Ending::Broken(Cause::Memory), _) => "this machine has no memory for the tool",
            (Ending::Broken(Cause::Thread), _) => {
                "this machine lets no thread be started that keeps the tool to its time"
            }
            (_, Some(why)) => why,
            (_, None) => "the tool was stopped, since its host could not do its work",
        }
    }
}

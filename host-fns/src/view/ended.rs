//! What ends a call where the guest can be given no trap: a limit that a task of its own ran into.
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::door::Fault;

/// Set once, and waited for by whoever drives the call.
#[derive(Debug, Default)]
pub struct Ended {
    fault: Mutex<Option<Fault>>,
    told: Notify,
}

impl Ended {
    /// Ends the call, if this fault is one that does.
    pub(crate) fn by(&self, fault: Fault) {
        if matches!(fault, Fault::Limit(_) | Fault::Over | Fault::Broken) {
            self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
            self.told.notify_one();
        }
    }

    /// Ends the call, for whoever drives it.
    pub fn end(&self, fault: Fault) {
        self.by(fault);
    }

    /// What ended it, if something did.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something does.
    pub async fn wait(&self) {
        self.told.notified().await;
    }
}

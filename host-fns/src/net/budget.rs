//! What one call may use of the network: requests, and bytes each way.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use toolward_manifests::{Limits, Unit};

use crate::door::{Fault, Limit};
use crate::standing::Standing;

/// What is left of a call's limits, and of its task's budget of bytes sent. Reaching one ends the call.
pub(super) struct Budget {
    task: Arc<dyn Standing>,
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Budget {
    pub(super) fn new(limits: &Limits, task: Arc<dyn Standing>) -> Self {
        Self {
            task,
            requests: AtomicU64::new(limits.requests.into()),
            sent: AtomicU64::new(limits.sent),
            received: AtomicU64::new(limits.received),
        }
    }

    /// One more HTTP request, connection or lookup.
    pub(super) fn request(&self) -> Result<(), Fault> {
        take(&self.requests, 1, Limit::Requests)
    }

    /// So many bytes are about to leave.
    pub(super) fn sent(&self, bytes: u64) -> Result<(), Fault> {
        take(&self.sent, bytes, Limit::Sent)?;
        self.task.take(Unit::Sent, bytes)
    }

    /// So many bytes have arrived.
    pub(super) fn received(&self, bytes: u64) -> Result<(), Fault> {
        take(&self.received, bytes, Limit::Received)
    }
}

fn take(left: &AtomicU64, amount: u64, limit: Limit) -> Result<(), Fault> {
    let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount));
    taken.map(drop).map_err(|_| Fault::Limit(limit))
}

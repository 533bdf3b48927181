//! How many there are at a time, and how many there were at most.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A count that goes up and down.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

/// One of those that are counted, as long as it is there.
#[derive(Debug)]
pub(super) struct Counted(Gauge);

impl Gauge {
    /// How many there are.
    #[must_use]
    pub fn now(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    /// The most there were.
    #[must_use]
    pub fn peak(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }

    pub(super) fn one_more(&self) -> Counted {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
        Counted(self.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

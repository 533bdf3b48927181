//! The CPU time of a call: that of the thread that runs its guest.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Measures from one look to the next. A call stays on the thread that it began on: each has a runtime of one thread.
#[derive(Debug)]
pub(crate) struct CpuMeter {
    /// Microseconds of the thread at the last look.
    last: AtomicU64,
}

impl CpuMeter {
    pub(crate) fn start() -> Self {
        Self { last: AtomicU64::new(now()) }
    }

    /// CPU time since the last look, in microseconds.
    pub(crate) fn since_last(&self) -> u64 {
        let now = now();
        now.saturating_sub(self.last.swap(now, Ordering::Relaxed))
    }
}

/// `CLOCK_THREAD_CPUTIME_ID` (clock_gettime(2)).
fn now() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let now = Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0));
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

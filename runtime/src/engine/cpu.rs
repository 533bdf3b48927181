//! The CPU time of a call: that of the thread that runs its guest.
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Measures from one look to the next. A call stays on the thread that it began on: each has a runtime of one thread.
pub(super) struct CpuMeter {
    last: Duration,
}

impl CpuMeter {
    pub(super) fn start() -> Self {
        Self { last: now() }
    }

    /// CPU time since the last look, in microseconds; none where another thread looks.
    pub(super) fn since_last(&mut self) -> u64 {
        let now = now();
        let passed = now.saturating_sub(self.last);
        self.last = now;
        u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
    }
}

/// `CLOCK_THREAD_CPUTIME_ID` (clock_gettime(2)).
fn now() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

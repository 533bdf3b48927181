//! The processor time of a worker, as the kernel counts it: the worker is not asked, and threads that have ended count too.
#![expect(unsafe_code, reason = "the clock of another process has no safe interface")]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Measures from one look to the next.
#[derive(Debug)]
pub(super) struct WorkerCpu {
    /// Its clock; none where its process is gone.
    clock: Option<libc::clockid_t>,
    /// Microseconds at the last look.
    last: AtomicU64,
}

impl WorkerCpu {
    pub(super) fn start(pid: u32) -> Self {
        let cpu = Self { clock: clock(pid), last: AtomicU64::new(0) };
        cpu.since_last();
        cpu
    }

    /// Processor time of all its threads since the last look, in microseconds.
    pub(super) fn since_last(&self) -> u64 {
        let now = self.clock.and_then(time).map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        now.saturating_sub(self.last.fetch_max(now, Ordering::Relaxed))
    }
}

/// The clock of a process (clock_getcpuclockid(3)). One that is not waited for yet keeps its number.
fn clock(pid: u32) -> Option<libc::clockid_t> {
    let mut clock = 0;
    // SAFETY: it writes one clock's number, to where there is room for it.
    let found = unsafe { libc::clock_getcpuclockid(libc::pid_t::try_from(pid).ok()?, &raw mut clock) };
    (found == 0).then_some(clock)
}

fn time(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes one time, to where there is room for it.
    let read = unsafe { libc::clock_gettime(clock, &raw mut time) };
    if read != 0 {
        return None;
    }
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

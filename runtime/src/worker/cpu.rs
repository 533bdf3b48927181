//! The processor time of a worker, as the kernel counts it: the worker is not asked.
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Measures from one look to the next.
#[derive(Debug)]
pub(super) struct WorkerCpu {
    threads: PathBuf,
    /// Nanoseconds at the last look.
    last: AtomicU64,
}

impl WorkerCpu {
    pub(super) fn start(pid: u32) -> Self {
        let cpu = Self { threads: format!("/proc/{pid}/task").into(), last: AtomicU64::new(0) };
        cpu.since_last();
        cpu
    }

    /// Processor time of all its threads since the last look, in microseconds.
    pub(super) fn since_last(&self) -> u64 {
        let now = self.now();
        now.saturating_sub(self.last.fetch_max(now, Ordering::Relaxed)) / 1000
    }

    /// `/proc/PID/task/TID/schedstat`: the first number is nanoseconds on a processor (proc(5)). A thread that has ended is not
    /// counted any more; a worker's threads are few, and end with it.
    fn now(&self) -> u64 {
        let Ok(threads) = fs::read_dir(&self.threads) else { return 0 };
        let of = |path: PathBuf| fs::read_to_string(path).ok()?.split_whitespace().next()?.parse::<u64>().ok();
        threads.flatten().filter_map(|thread| of(thread.path().join("schedstat"))).sum()
    }
}

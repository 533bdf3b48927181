//! A second hand in the same folder, at the same time as the guest.
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::fs::{CWD, RenameFlags, renameat_with};

/// A thread that goes on until this is dropped.
pub struct Race {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Race {
    /// Swaps two names with each other, as one atomic step each time, as fast as it can.
    ///
    /// # Panics
    /// Where the file system cannot.
    #[must_use]
    pub fn swapping(one: PathBuf, other: PathBuf) -> Self {
        Self::repeating(move || renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).unwrap())
    }

    /// Waits until `ready` appears, does something once, and then makes `go`.
    ///
    /// # Panics
    /// Where `go` cannot be made.
    #[must_use]
    pub fn once(ready: PathBuf, act: impl Fn() + Send + 'static, go: PathBuf) -> Self {
        Self::repeating(move || {
            if ready.exists() && !go.exists() {
                act();
                fs::write(&go, "").unwrap();
            }
            thread::sleep(Duration::from_millis(1));
        })
    }

    fn repeating(step: impl Fn() + Send + 'static) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                step();
            }
        });
        Self { over, thread: Some(thread) }
    }
}

impl Drop for Race {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || thread::panicking(), "the race's thread failed");
        }
    }
}

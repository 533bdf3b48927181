//! The clock that interrupts guests: it ticks only while one runs.
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often a running guest is looked at.
const TICK: Duration = Duration::from_millis(5);

/// Advances an engine's epoch while guests run.
pub(super) struct Ticker {
    running: Mutex<usize>,
    wake: Condvar,
}

/// Held while a guest runs.
pub struct Ticking(Arc<Ticker>);

impl Ticker {
    pub(super) fn new(engine: wasmtime::Engine) -> Arc<Self> {
        let ticker = Arc::new(Self { running: Mutex::new(0), wake: Condvar::new() });
        let weak = Arc::downgrade(&ticker);
        std::thread::spawn(move || {
            // The thread ends with the engine that it ticks for.
            while let Some(ticker) = weak.upgrade() {
                if ticker.wait_for_a_guest() {
                    drop(ticker);
                    std::thread::sleep(TICK);
                    engine.increment_epoch();
                }
            }
        });
        ticker
    }

    pub(super) fn start(self: &Arc<Self>) -> Ticking {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.wake.notify_one();
        Ticking(Arc::clone(self))
    }

    /// Waits a while; whether a guest runs.
    fn wait_for_a_guest(&self) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.wake.wait_timeout_while(running, Duration::from_secs(1), |running| *running == 0);
        let (running, _) = wait.unwrap_or_else(PoisonError::into_inner);
        *running > 0
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    }
}

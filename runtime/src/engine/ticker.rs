//! The clock that interrupts guests: it ticks only while one runs.
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a running guest is looked at.
const TICK: Duration = Duration::from_millis(5);

/// As many ticks it goes on after the last guest: calls that follow one another need not wake it.
const LINGER: u32 = 100;

/// Advances an engine's epoch while guests run.
pub(super) struct Ticker {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    asleep: bool,
}

/// Held while a guest runs.
pub(crate) struct Ticking(Arc<Ticker>);

impl Ticker {
    pub(super) fn new(engine: wasmtime::Engine) -> Arc<Self> {
        let ticker = Arc::new(Self { state: Mutex::default(), wake: Condvar::new() });
        let weak = Arc::downgrade(&ticker);
        std::thread::spawn(move || {
            let mut idle = 0;
            // The thread ends with the engine that it ticks for.
            while let Some(ticker) = weak.upgrade() {
                idle = if ticker.state().running > 0 { 0 } else { idle + 1 };
                if idle > LINGER && !ticker.wait_for_a_guest() {
                    continue;
                }
                drop(ticker);
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        });
        ticker
    }

    pub(super) fn start(self: &Arc<Self>) -> Ticking {
        let mut state = self.state();
        state.running += 1;
        if state.asleep {
            self.wake.notify_one();
        }
        drop(state);
        Ticking(Arc::clone(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits a while; whether a guest runs.
    fn wait_for_a_guest(&self) -> bool {
        let mut state = self.state();
        state.asleep = true;
        let wait = self.wake.wait_timeout_while(state, Duration::from_secs(1), |state| state.running == 0);
        let (mut state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        state.asleep = false;
        state.running > 0
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

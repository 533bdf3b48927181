//! The clock that interrupts guests: it ticks only while one runs.
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

/// How often a running guest is looked at.
const TICK: Duration = Duration::from_millis(5);

/// As many ticks it goes on after the last guest: calls that follow one another need not wake it.
const LINGER: u32 = 100;

/// Advances an engine's epoch while guests run.
pub(super) struct Ticker {
    engine: wasmtime::Engine,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    begun: bool,
    asleep: bool,
}

/// Held while a guest runs.
pub(crate) struct Ticking(Arc<Ticker>);

impl Ticker {
    pub(super) fn new(engine: wasmtime::Engine) -> Arc<Self> {
        Arc::new(Self { engine, state: Mutex::default(), wake: Condvar::new() })
    }

    /// Its thread begins with the first guest: a worker has its walls up before it has a second thread.
    ///
    /// # Errors
    /// Where it cannot begin: then no guest may run, since none could be interrupted.
    pub(super) fn start(self: &Arc<Self>) -> io::Result<Ticking> {
        let mut state = self.state();
        if !state.begun {
            let weak = Arc::downgrade(self);
            thread::Builder::new().spawn(move || tick(&weak))?;
            state.begun = true;
        }
        state.running += 1;
        if state.asleep {
            self.wake.notify_one();
        }
        drop(state);
        Ok(Ticking(Arc::clone(self)))
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

/// The thread ends with the ticker's engine.
fn tick(weak: &Weak<Ticker>) {
    let mut idle = 0;
    while let Some(ticker) = weak.upgrade() {
        idle = if ticker.state().running > 0 { 0 } else { idle + 1 };
        if idle > LINGER && !ticker.wait_for_a_guest() {
            continue;
        }
        let engine = ticker.engine.clone();
        drop(ticker);
        thread::sleep(TICK);
        engine.increment_epoch();
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

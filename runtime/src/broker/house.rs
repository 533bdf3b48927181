//! What a broker looks after while nobody asks it for anything: workers that wait for a call of a task that is over, and tasks
//! whose time is over.
use std::thread;
use std::time::{Duration, Instant};

use super::Broker;
use crate::isolation::Isolation;
use crate::state::Moment;
use crate::state::tasks::{Life, Tasks};

/// How often the store is asked whether anything has changed (`Db::pulse`).
const LOOK: Duration = Duration::from_millis(25);
/// How often tasks are looked at whatever the store says: they expire without a word.
const AT_LEAST: Duration = Duration::from_secs(1);

/// How often it is recorded which tasks have expired.
const SWEEP: Duration = Duration::from_secs(10);

impl Broker {
    /// Ends workers with the tasks that they belong to, until it is told to stop.
    pub(crate) fn keep_house(&self, stopped: impl Fn() -> bool) {
        let (mut seen, mut looked, mut swept) = (None, Instant::now(), Instant::now());
        while !stopped() {
            thread::sleep(LOOK);
            if swept.elapsed() > SWEEP {
                swept = Instant::now();
                self.note_expiries();
            }
            let Isolation::Worker(workers) = &self.isolation else { continue };
            if workers.is_empty() {
                continue;
            }
            // A store that cannot be read tells of no task that is open.
            let pulse = self.state.db.pulse().ok();
            if pulse.is_none() || pulse != seen || looked.elapsed() > AT_LEAST {
                (seen, looked) = (pulse, Instant::now());
                workers.keep_only(|task| self.is_open(task));
            }
        }
    }

    /// Records which tasks have expired, and what refusals were counted.
    fn note_expiries(&self) {
        if let Err(error) = self.state.db.note_expiry(None, &Moment::now()) {
            tracing::error!(%error, "that tasks have expired could not be recorded");
        }
    }

    fn is_open(&self, task: &str) -> bool {
        let Ok(Some(task)) = self.state.db.by_id(task) else { return false };
        matches!(self.state.db.stands(&task, &Moment::now()), Ok((Life::Open, _)))
    }
}

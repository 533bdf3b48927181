//! What a broker looks after while nobody asks it for anything: what is held for tasks that are over is let go, and that they have
//! expired is recorded.
use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use super::Broker;
use crate::isolation::Isolation;
use crate::state::Moment;
use crate::state::tasks::Tasks;

/// How often the store is asked whether anything has changed (`Db::pulse`).
const LOOK: Duration = Duration::from_millis(25);
/// How often tasks are looked at whatever the store says: they expire without a word.
const AT_LEAST: Duration = Duration::from_secs(1);

/// How often it is recorded which tasks have expired.
const SWEEP: Duration = Duration::from_secs(10);

impl Broker {
    /// Ends workers and closes directories with the tasks that they belong to, until it is told to stop.
    pub(crate) fn keep_house(&self, stopped: impl Fn() -> bool) {
        let (mut seen, mut looked, mut swept) = (None, Instant::now(), Instant::now());
        while !stopped() {
            thread::sleep(LOOK);
            if swept.elapsed() > SWEEP {
                swept = Instant::now();
                self.note_expiries();
            }
            if self.holders().is_empty() {
                continue;
            }
            let pulse = self.state.db.pulse().ok();
            if pulse.is_none() || pulse != seen || looked.elapsed() > AT_LEAST {
                (seen, looked) = (pulse, Instant::now());
                self.release_ended();
            }
        }
    }

    /// Lets go of all that is held for tasks that are over, whoever has ended them and however.
    pub(super) fn release_ended(&self) {
        let holders = self.holders();
        let open = self.state.db.open_among(&holders, &Moment::now());
        // A store that cannot be read tells of no task that is open; but a directory that is let go of does not come back.
        let is_open = |task: &str| open.as_ref().is_ok_and(|open| open.contains(task));
        if let Isolation::Worker(workers) = &self.isolation {
            workers.keep_only(is_open);
        }
        if open.is_ok() {
            self.held.tasks().iter().filter(|task| holders.contains(*task) && !is_open(task)).for_each(|task| {
                self.held.release(task);
            });
        }
    }

    /// The tasks for which something is held.
    fn holders(&self) -> HashSet<String> {
        let mut holders: HashSet<String> = self.held.tasks().into_iter().collect();
        if let Isolation::Worker(workers) = &self.isolation {
            holders.extend(workers.tasks());
        }
        holders
    }

    /// Records which tasks have expired, and what refusals were counted.
    fn note_expiries(&self) {
        if let Err(error) = self.state.db.note_expiry(None, &Moment::now()) {
            tracing::error!(%error, "that tasks have expired could not be recorded");
        }
    }
}

//! Where a call's task stands while the call runs: what is left of its budget, whether it is tainted, whether it is over.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use toolward_host_fns::door::Fault;
use toolward_host_fns::record::RecordError;
use toolward_host_fns::standing::{Standing, spent};
use toolward_manifests::scope::Taint;
use toolward_manifests::{RuleRef, Unit};

use crate::state::tasks::{Holder, Life, Task, Tasks, Unspent};
use crate::state::{Db, Error, Moment};

/// How often a running call looks whether its task is over.
const LOOK: Duration = Duration::from_millis(10);

/// A task of the store, as one of its calls knows it.
pub struct TaskStanding {
    db: Arc<Db>,
    task: Task,
    holder: Holder,
    /// For how long an agent stays tainted beyond its task.
    taint_lasts: Option<Duration>,
    tainted: AtomicBool,
    /// What was drawn from the budget and is not used yet.
    credit: Mutex<BTreeMap<Unit, u64>>,
    /// The budget that last had too little left.
    unspent: Mutex<Option<Unspent>>,
    /// Why it is not known any more how it stands.
    broken: OnceLock<String>,
}

impl TaskStanding {
    /// Where a task stands that has the budgets of a holder and this taint.
    #[must_use]
    pub fn new(db: Arc<Db>, task: Task, holder: Holder, taint: Taint, taint_lasts: Option<Duration>) -> Self {
        let tainted = AtomicBool::new(taint != Taint::Clean);
        let (credit, unspent, broken) = (Mutex::default(), Mutex::default(), OnceLock::new());
        Self { db, task, holder, taint_lasts, tainted, credit, unspent, broken }
    }

    /// The budget that last had too little left, where one had.
    #[must_use]
    pub fn unspent(&self) -> Option<Unspent> {
        *self.unspent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A budget had too little left.
    pub(super) fn note_unspent(&self, whose: Unspent) {
        *self.unspent.lock().unwrap_or_else(PoisonError::into_inner) = Some(whose);
    }

    /// The task.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// From whose budgets is taken.
    #[must_use]
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Counts as drawn what the reservation of the call drew.
    pub fn drawn(&self, unit: Unit, amount: u64) {
        let mut credit = self.credit();
        let have = credit.entry(unit).or_default();
        *have = have.saturating_add(amount);
    }

    /// Takes what was drawn and not used, to be given back.
    #[must_use]
    pub fn unused(&self) -> Vec<(Unit, u64)> {
        std::mem::take(&mut *self.credit()).into_iter().filter(|(_, amount)| *amount > 0).collect()
    }

    /// Waits until the task is over, whoever ends it. What other calls of its tree have read is learnt on the way.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read: then nobody knows whether it is over.
    pub async fn over(&self) -> Result<Life, Error> {
        self.until_over().await.inspect_err(|error| self.break_off(error))
    }

    async fn until_over(&self) -> Result<Life, Error> {
        let mut seen = None;
        loop {
            let now = Moment::now();
            let pulse = self.db.pulse()?;
            if seen != Some(pulse) {
                seen = Some(pulse);
                let (life, taint) = self.db.stands(&self.task, &now)?;
                self.tainted.fetch_or(taint != Taint::Clean, Ordering::Relaxed);
                if life != Life::Open {
                    return Ok(life);
                }
            }
            let left = self.task.left(&now);
            if left.is_zero() {
                return Ok(Life::Expired);
            }
            tokio::time::sleep(LOOK.min(left)).await;
        }
    }

    /// Why it is not known any more how the task stands, where that is so.
    #[must_use]
    pub fn why_broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    /// Keeps the first reason, for whoever called.
    fn break_off(&self, error: &Error) {
        tracing::debug!(%error, "how the task stands cannot be known");
        self.broken.get_or_init(|| error.to_string());
    }

    fn credit(&self) -> MutexGuard<'_, BTreeMap<Unit, u64>> {
        self.credit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As much is drawn at once, so that not every byte and every read is a transaction; what is left goes back at the end.
fn at_once(unit: Unit) -> u64 {
    match unit {
        Unit::Calls | Unit::Requests | Unit::Prompts => 1,
        Unit::HostCalls => 64,
        Unit::Sent | Unit::Written | Unit::Log => 256 << 10,
        // Microseconds.
        Unit::Cpu => 100_000,
    }
}

impl Standing for TaskStanding {
    fn take(&self, unit: Unit, amount: u64) -> Result<(), Fault> {
        if !self.holder.bounds(unit) {
            return Ok(());
        }
        let mut credit = self.credit();
        let have = credit.entry(unit).or_default();
        if let Some(least) = amount.checked_sub(*have).filter(|least| *least > 0) {
            let drawn = self.db.draw(&self.holder, unit, least, least.max(at_once(unit)));
            match drawn {
                Ok(Ok(drawn)) => *have = have.saturating_add(drawn),
                Ok(Err(whose)) => {
                    self.note_unspent(whose);
                    return Err(spent(unit));
                }
                Err(error) => {
                    self.break_off(&error);
                    return Err(Fault::Broken);
                }
            }
        }
        *have = have.saturating_sub(amount);
        Ok(())
    }

    fn used(&self, unit: Unit, amount: u64) {
        if self.take(unit, amount).is_ok() {
            return;
        }
        // Not so much is left: all that is left is used.
        self.credit().insert(unit, 0);
        if let Err(error) = self.db.draw(&self.holder, unit, 0, amount) {
            self.break_off(&error);
        }
    }

    fn taint(&self) -> Taint {
        if self.tainted.load(Ordering::Relaxed) { Taint::Tainted } else { Taint::Clean }
    }

    fn read_untrusted(&self, rule: &RuleRef) -> Result<(), RecordError> {
        if self.tainted.load(Ordering::Relaxed) && self.taint_lasts.is_none() {
            return Ok(());
        }
        self.db.taint(&self.task, &rule.to_string(), self.taint_lasts, &Moment::now())?;
        self.tainted.store(true, Ordering::Relaxed);
        Ok(())
    }
}

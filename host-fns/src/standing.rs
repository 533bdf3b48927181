//! Where a call's task stands while the call runs: what is left of its budget, and whether it has read what nobody vouches
//! for. The seam to whatever keeps tasks.
use toolward_manifests::scope::Taint;
use toolward_manifests::{RuleRef, Unit};

use crate::door::{Fault, Limit};
use crate::record::RecordError;

/// A task, as one of its calls knows it.
pub trait Standing: Send + Sync {
    /// Takes an amount from the task's budget of a unit, before it is used.
    ///
    /// # Errors
    /// [`Fault::Limit`] where not so much is left: nothing was taken. [`Fault::Broken`] where that cannot be known.
    fn take(&self, unit: Unit, amount: u64) -> Result<(), Fault>;

    /// Counts an amount that was used already, as far as the budget has room: it then is spent.
    fn used(&self, unit: Unit, amount: u64);

    /// Whether the task is tainted.
    fn taint(&self) -> Taint;

    /// The task is about to read from a source that the policy marks untrusted, by this rule: it is tainted before it has
    /// read anything.
    ///
    /// # Errors
    /// [`RecordError`] where that could not be kept: nothing may be read.
    fn read_untrusted(&self, rule: &RuleRef) -> Result<(), RecordError>;
}

/// A call that belongs to no task: nothing limits it but its own limits, and nothing is remembered of it.
#[derive(Debug, Clone, Copy)]
pub struct NoTask;

impl Standing for NoTask {
    fn take(&self, _: Unit, _: u64) -> Result<(), Fault> {
        Ok(())
    }

    fn used(&self, _: Unit, _: u64) {}

    fn taint(&self) -> Taint {
        Taint::Clean
    }

    fn read_untrusted(&self, _: &RuleRef) -> Result<(), RecordError> {
        Ok(())
    }
}

/// The limit that a spent budget is.
#[must_use]
pub fn spent(unit: Unit) -> Fault {
    Fault::Limit(Limit::Budget(unit))
}

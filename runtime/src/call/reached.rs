//! Which limit ended a call, and what it allowed: whoever called can only act on both.
use std::fmt;

use serde_json::{Value, json};
use toolward_host_fns::door::Limit;
use toolward_manifests::unit::{duration_text, size_text};
use toolward_manifests::{Limits, Unit};

use super::TaskStanding;
use crate::state::tasks::Unspent;

/// A limit that ended a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// As it stands in manifests and policies: `memory`, `budget.requests`, `budget_per_day.calls`.
    pub name: String,
    /// What it allowed, as it would be written there: `64MiB`, `10s`, `30`.
    pub allowed: String,
}

impl Reached {
    /// A limit of a call with these limits in a task.
    #[must_use]
    pub fn of(limit: Limit, limits: &Limits, task: Option<&TaskStanding>) -> Self {
        let allowed = match limit {
            Limit::Time => duration_text(limits.time),
            Limit::Memory => size_text(limits.memory),
            Limit::Instances => limits.instances.to_string(),
            Limit::Output => size_text(limits.output),
            Limit::Handles => limits.handles.to_string(),
            Limit::OpenFiles => limits.open_files.to_string(),
            Limit::Records => limits.records.to_string(),
            Limit::Stack => size_text(limits.stack),
            Limit::Requests => limits.requests.to_string(),
            Limit::Connections => limits.connections.to_string(),
            Limit::Sent => size_text(limits.sent),
            Limit::Received => size_text(limits.received),
            Limit::Log => size_text(limits.log),
            Limit::Budget(unit) => {
                // What was asked for and not given is known to the task alone.
                let whose = task.and_then(TaskStanding::unspent).filter(|whose| whose.unit() == unit);
                return whose
                    .map_or_else(|| Self { name: limit.to_string(), allowed: "unknown".to_owned() }, Self::of_budget);
            }
        };
        Self { name: limit.to_string(), allowed }
    }

    /// A budget that has not so much left.
    #[must_use]
    pub fn of_budget(whose: Unspent) -> Self {
        let (budget, unit, most) = match whose {
            Unspent::Task(unit, most) => ("budget", unit, most),
            Unspent::Day(unit, most) => ("budget_per_day", unit, most),
        };
        Self { name: format!("{budget}.{}", unit.word()), allowed: amount_text(unit, most) }
    }

    /// As an answer tells it.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({ "name": self.name, "allowed": self.allowed })
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the limit `{}` was reached: {}", self.name, self.allowed)
    }
}

/// An amount of a unit, as it stands in a policy.
#[must_use]
pub fn amount_text(unit: Unit, amount: u64) -> String {
    match unit {
        Unit::Calls | Unit::HostCalls | Unit::Requests | Unit::Prompts => amount.to_string(),
        Unit::Sent | Unit::Written | Unit::Log => size_text(amount),
        Unit::Cpu => duration_text(std::time::Duration::from_micros(amount)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every limit of a call is named with what it allows.
    #[test]
    fn a_limit_says_what_it_allows() {
        let limits = Limits::default();
        let limit = |limit| Reached::of(limit, &limits, None).to_string();
        assert_eq!(limit(Limit::Time), "the limit `time` was reached: 10s");
        assert_eq!(limit(Limit::Memory), "the limit `memory` was reached: 64MiB");
        assert_eq!(limit(Limit::OpenFiles), "the limit `open_files` was reached: 256");
        assert_eq!(limit(Limit::Stack), "the limit `stack` was reached: 512KiB");
        let day = Reached::of_budget(Unspent::Day(Unit::Cpu, 1_500_000));
        assert_eq!((day.name.as_str(), day.allowed.as_str()), ("budget_per_day.cpu", "1500ms"));
    }
}

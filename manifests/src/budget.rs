//! Budgets: what a task may use up over its life, all of its calls together.
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Calls of tools.
    Calls,
    /// Accesses that tools ask for, allowed or not.
    HostCalls,
    /// HTTP requests, TCP connections and name lookups.
    Requests,
    /// Bytes sent over the network.
    Sent,
    /// Bytes written to files.
    Written,
    /// CPU time of tools, in microseconds.
    Cpu,
    /// Bytes of the records of tools' calls.
    Log,
    /// Questions to a human.
    Prompts,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 8] =
        [Self::Calls, Self::HostCalls, Self::Requests, Self::Sent, Self::Written, Self::Cpu, Self::Log, Self::Prompts];

    /// As it stands in files and records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::HostCalls => "host_calls",
            Self::Requests => "requests",
            Self::Sent => "sent",
            Self::Written => "written",
            Self::Cpu => "cpu",
            Self::Log => "log",
            Self::Prompts => "prompts",
        }
    }
}

/// The most of each unit; `None` where nothing bounds it. Sizes in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Calls of tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
    /// Accesses that tools ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_calls: Option<u64>,
    /// HTTP requests, TCP connections and name lookups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// Bytes sent over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Bytes written to files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<u64>,
    /// CPU time of tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
    /// Bytes of the records of tools' calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<u64>,
    /// Questions to a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts: Option<u64>,
}

impl Budget {
    /// What the records of one task may take where its type says nothing else.
    pub const LOG_OF_A_TASK: u64 = 1 << 30;
    /// What the records of one agent may take in a day, in tasks of one type, where that says nothing else.
    pub const LOG_OF_A_DAY: u64 = 4 << 30;

    /// The same with this much for records, where it does not say how much.
    #[must_use]
    pub fn with_log(self, most: u64) -> Self {
        Self { log: self.log.or(Some(most)), ..self }
    }

    /// The most of a unit; CPU time in microseconds.
    #[must_use]
    pub fn get(&self, unit: Unit) -> Option<u64> {
        match unit {
            Unit::Calls => self.calls,
            Unit::HostCalls => self.host_calls,
            Unit::Requests => self.requests,
            Unit::Sent => self.sent,
            Unit::Written => self.written,
            Unit::Cpu => self.cpu.map(|cpu| u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX)),
            Unit::Log => self.log,
            Unit::Prompts => self.prompts,
        }
    }

    /// The stricter of each.
    #[must_use]
    pub fn lowered_by(self, other: Self) -> Self {
        Self {
            calls: lower(self.calls, other.calls),
            host_calls: lower(self.host_calls, other.host_calls),
            requests: lower(self.requests, other.requests),
            sent: lower(self.sent, other.sent),
            written: lower(self.written, other.written),
            cpu: lower(self.cpu, other.cpu),
            log: lower(self.log, other.log),
            prompts: lower(self.prompts, other.prompts),
        }
    }
}

fn lower<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_of_each_holds_and_none_is_no_bound() {
        let a = Budget { calls: Some(3), sent: Some(10), ..Budget::default() };
        let b = Budget { calls: Some(5), cpu: Some(Duration::from_secs(2)), ..Budget::default() };
        let both = a.lowered_by(b);
        assert_eq!((both.calls, both.sent, both.get(Unit::Cpu)), (Some(3), Some(10), Some(2_000_000)));
        assert_eq!(both.requests, None);
    }
}

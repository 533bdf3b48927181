//! How far a guest is kept from the machine: the levels that a policy can demand.
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A level; each keeps in all that the ones before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// In the broker's process, behind the component sandbox alone.
    InProcess,
    /// In a process of its own, which nothing keeps from the machine.
    Process,
    /// In a process of its own, with its system calls filtered.
    Worker,
    /// The same, with Landlock over files, connections and signals.
    Full,
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InProcess => "in-process",
            Self::Process => "process",
            Self::Worker => "worker",
            Self::Full => "full",
        })
    }
}

//! Budgets, as they stand in a policy or a grant.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;

/// What may be used up: at least one unit. Sizes like `"1MiB"`, durations like `"30s"`, counts as integers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetFile {
    /// Calls of tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<At<i64>>,
    /// Accesses that tools ask for, allowed or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_calls: Option<At<i64>>,
    /// HTTP requests, TCP connections and name lookups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<At<i64>>,
    /// Bytes sent over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<At<String>>,
    /// Bytes written to files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<At<String>>,
    /// CPU time of tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<At<String>>,
    /// Bytes of the records of tools' calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<At<String>>,
    /// Questions to a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts: Option<At<i64>>,
}

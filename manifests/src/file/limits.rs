//! The `[limits]` table.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;

/// Limits, each optional. Sizes like `"64MiB"` (B, KiB, MiB, GiB), durations like `"10s"` (ms, s, m, h), counts as integers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsFile {
    /// All linear memories together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<At<String>>,
    /// All tables together, in elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_elements: Option<At<i64>>,
    /// Core instances, memories and tables, each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<At<i64>>,
    /// The wasm stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<At<String>>,
    /// Wall-clock time from start to result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<At<String>>,
    /// Stdout and stderr together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<At<String>>,
    /// Open files and directories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_files: Option<At<i64>>,
    /// Entries in the resource table: handles of every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handles: Option<At<i64>>,
    /// Records of host calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<At<i64>>,
    /// Bytes of the call's records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<At<String>>,
    /// The call's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<At<String>>,
    /// HTTP requests, TCP connections and name lookups together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<At<i64>>,
    /// Bytes sent over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<At<String>>,
    /// Bytes received over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<At<String>>,
    /// Connections open at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<At<i64>>,
}

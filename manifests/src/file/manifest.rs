//! A manifest's file: one tool and what it may ever need.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;
use super::command::CommandFile;
use super::limits::LimitsFile;
use super::rules::with_rule_tables;

with_rule_tables! {
    /// One tool.
    ManifestFile {
        /// The version of this format: 1.
        #[schemars(with = "super::value::SchemaOne")]
        schema: At<i64>,
        /// What the tool is.
        tool: ToolFile,
        /// How the input reaches the component, and what its output is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<At<CommandFile>>,
        /// The functions of a typed tool, by name: each is called as `TOOL.NAME`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        functions: Option<At<BTreeMap<At<String>, At<FunctionFile>>>>,
        /// Values that the tool reads through `wasi:config`, by key.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        config: BTreeMap<At<String>, At<String>>,
        /// What one call may use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<LimitsFile>,
    }
}

/// What a tool is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolFile {
    /// A lower-case letter, then letters, digits and `-`: 64 characters at most.
    pub name: At<String>,
    /// What it does, in a sentence or more.
    pub description: At<String>,
    /// The component, relative to the manifest's folder.
    pub component: At<String>,
    /// The component's SHA-256 in lower-case hex; required for a call unless the policy says `development = true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_sha256: Option<At<String>>,
    /// A JSON Schema of the call's input, relative to the manifest's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<At<String>>,
}

/// A function of a typed tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunctionFile {
    /// The component's export: `namespace:package/interface#function`, or `function` for one that the world itself exports;
    /// the function's own name where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<At<String>>,
    /// What it does, in a sentence or more.
    pub description: At<String>,
}

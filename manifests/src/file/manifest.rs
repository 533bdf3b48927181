//! A manifest's file: one tool and what it may ever need.
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
        command: Option<CommandFile>,
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

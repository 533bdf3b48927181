//! A policy's file: what the operator lets which agent do in which type of task.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;
use super::budget::BudgetFile;
use super::limits::LimitsFile;
use super::rules::{RulesFile, with_rule_tables};
use super::value::OneOrMore;
use crate::isolation::Isolation;

/// A policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// The version of this format: 1.
    #[schemars(with = "super::value::SchemaOne")]
    pub schema: At<i64>,
    /// Whether a tool may run whose manifest names no digest of its component.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub development: bool,
    /// The least that keeps a guest from the machine: `"worker"`, or `"full"` where Landlock must hold too. A machine that cannot
    /// give it runs nothing. Only in the main file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<At<Isolation>>,
    /// Further files of this policy, relative to its folder; only in the main file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<At<String>>,
    /// For how long an agent stays tainted beyond the task that was; not at all where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taint_lasts: Option<At<String>>,
    /// Sources that nobody vouches for: a task that reads from one is tainted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untrusted: Option<At<UntrustedFile>>,
    /// What an access is that no rule of the policy matches, by kind: `"ask"`, or `"deny"` as by default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<super::value::KindName, UnmatchedFile>")]
    pub unmatched: BTreeMap<At<String>, At<UnmatchedFile>>,
    /// Who may act.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, AgentFile>")]
    pub agents: BTreeMap<At<String>, AgentFile>,
    /// Rules under a name, for types to use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, RulesFile>")]
    pub sets: BTreeMap<At<String>, RulesFile>,
    /// Types of task.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, TypeFile>")]
    pub types: BTreeMap<At<String>, At<TypeFile>>,
    /// Rules for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<RulesFile>,
    /// Accesses and calls with the verdict that this policy gives them, checked at load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example: Vec<At<ExampleFile>>,
}

impl PolicyFile {
    /// The file as TOML that parses to the same.
    ///
    /// # Errors
    /// A value that TOML cannot hold; none that was parsed is one.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// What an access is that no rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnmatchedFile {
    /// A human is asked.
    Ask,
    /// It is refused.
    Deny,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentFile {
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

with_rule_tables! {
    /// A type of task.
    TypeFile {
        /// The agents that may open one.
        agents: At<Vec<At<String>>>,
        /// The longest that one may live, as `"30m"`; `"15m"` where it is not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ttl: Option<At<String>>,
        /// Sets of rules that belong to it.
        #[serde(default, rename = "use", skip_serializing_if = "Vec::is_empty")]
        sets: Vec<At<String>>,
        /// What a task is opened with, by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        #[schemars(with = "BTreeMap<String, ParameterFile>")]
        parameters: BTreeMap<At<String>, At<ParameterFile>>,
        /// Host directories, by the guest path that they are mounted at.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        #[schemars(with = "BTreeMap<String, MountFile>")]
        mounts: BTreeMap<At<String>, MountFile>,
        /// What one task may use up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget: Option<At<BudgetFile>>,
        /// What one agent may use up in a day, in tasks of this type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget_per_day: Option<At<BudgetFile>>,
        /// How many tasks of this type one agent may have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tasks: Option<At<TasksFile>>,
        /// How deep such a task may be narrowed for sub-agents: 0 is not at all, 3 where it is not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrow: Option<At<i64>>,
        /// Sources that nobody vouches for, beside those of all types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        untrusted: Option<At<UntrustedFile>>,
        /// Limits of each call, lower than the tool's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<LimitsFile>,
    }
}

/// What a parameter's value may be: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterFile {
    /// A regular expression that the whole value matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<At<String>>,
    /// The values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<At<Vec<At<String>>>>,
    /// A guest path; the value is it or lies beneath it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<At<String>>,
}

/// How many tasks one agent may have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TasksFile {
    /// Open at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<At<i64>>,
    /// Opened within an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<At<i64>>,
}

/// Patterns of sources that nobody vouches for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UntrustedFile {
    /// Guest paths that are read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<At<String>>,
    /// URLs that are requested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<At<String>>,
    /// Hosts that are connected to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tcp: Vec<At<String>>,
    /// Tools whose output is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<At<String>>,
}

/// What may be mounted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MountFile {
    /// The host directory, or several, at or below which the mounted one lies: absolute, below `~/`, or relative to the
    /// policy's folder. `{name}` is a parameter.
    pub under: OneOrMore,
    /// `"rw"`, or `"ro"` as by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<MountMode>,
}

/// Whether a mount may be written to, where rules allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MountMode {
    /// It may.
    Rw,
    /// It may not, whatever the rules say.
    Ro,
}

/// One access or call, and the verdict expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// The type of task.
    #[serde(rename = "type")]
    pub task_type: At<String>,
    /// The task's parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub set: BTreeMap<At<String>, At<String>>,
    /// An access, as `"files read /repo/.env"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<At<String>>,
    /// A call of a tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<At<CallFile>>,
    /// Calls that the task has made before, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<At<CallFile>>,
    /// Whether the task is tainted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tainted: bool,
    /// The verdict expected.
    pub verdict: At<VerdictFile>,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallFile {
    /// The tool's name.
    pub tool: At<String>,
    /// The component's SHA-256 in lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The call's input.
    #[serde(default)]
    pub input: BTreeMap<String, serde_json::Value>,
    /// What an earlier call gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<serde_json::Value>,
    /// Whether an earlier call failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// A verdict's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VerdictFile {
    /// `allow`.
    Allow,
    /// `ask`.
    Ask,
    /// `deny`.
    Deny,
}

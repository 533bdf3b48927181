//! A policy: what the operator lets which agent do in which type of task.
mod example;
mod lower;
mod parameter;
mod task;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

pub use parameter::Parameter;
pub use task::{MountTerms, TaskTerms};

use crate::access::Kind;
use crate::diagnostic::Diagnostic;
use crate::file::{PolicyFile, read};
use crate::limits::Limits;
use crate::lower::Lowering;
use crate::pattern::{Binding, Bindings};
use crate::rule::{Rules, Word};
use crate::scope::Source;
use crate::verdict::{Layer, RuleRef};

/// How long a task lives whose type and opening do not say.
pub const DEFAULT_TTL: Duration = Duration::from_mins(15);
/// The longest that a task may live.
pub const LONGEST_TTL: Duration = Duration::from_hours(24 * 366);

/// An operator's policy, which can be enforced exactly as written.
#[derive(Debug, Clone)]
pub struct Policy {
    file: PolicyFile,
    pub(crate) source: Source,
    pub(crate) types: BTreeMap<String, TaskType>,
    pub(crate) unmatched: Unmatched,
}

/// What an access is that no rule of the policy matches, by kind, with the line that says so.
pub(crate) type Unmatched = BTreeMap<Kind, (Word, Arc<RuleRef>)>;

/// A type of task.
#[derive(Debug, Clone)]
pub struct TaskType {
    agents: BTreeSet<String>,
    ttl: Duration,
    parameters: BTreeMap<String, Parameter>,
    mounts: BTreeMap<String, MountTerms>,
    budget_calls: Option<u64>,
    pub(crate) limits: Limits,
    /// Its own rules, those of the sets that it uses, and those for all types.
    pub(crate) rules: Rules,
}

impl Policy {
    /// Parses a policy and checks its examples.
    ///
    /// # Errors
    /// What cannot be enforced exactly as written, the first in the file first.
    pub fn parse(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let (file, errors) = read::<PolicyFile>(source);
        let mut lowering = Lowering::new(source, Layer::Policy, errors);
        let policy = file.map(|file| lower::policy(file, &mut lowering));
        // An example says nothing of a policy that does not hold.
        if let Some(policy) = policy.as_ref().filter(|_| !lowering.has_errors()) {
            for diagnostic in policy.failed_examples() {
                lowering.report(diagnostic);
            }
        }
        lowering.finish(policy)
    }

    /// Whether a tool may run whose manifest names no digest of its component.
    #[must_use]
    pub fn development(&self) -> bool {
        self.file.development
    }

    /// The agents' names.
    pub fn agents(&self) -> impl Iterator<Item = &str> + Clone {
        self.file.agents.keys().map(|name| name.as_str())
    }

    /// Who answers for an agent.
    #[must_use]
    pub fn owner(&self, agent: &str) -> Option<&str> {
        let (_, agent) = self.file.agents.iter().find(|(name, _)| name.value == agent)?;
        agent.owner.as_deref()
    }

    /// The types of task, by name.
    pub fn types(&self) -> impl Iterator<Item = (&str, &TaskType)> {
        self.types.iter().map(|(name, task_type)| (name.as_str(), task_type))
    }

    /// The policy as it is written: for linters, differences and documentation.
    #[must_use]
    pub fn file(&self) -> &PolicyFile {
        &self.file
    }

    /// The policy as TOML that parses to the same.
    ///
    /// # Errors
    /// A value that TOML cannot hold; none that was parsed is one.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&self.file)
    }
}

impl TaskType {
    /// The agents that may open one.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.agents.iter().map(String::as_str)
    }

    /// The longest that one may live.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.ttl
    }

    /// The parameters that one is opened with.
    #[must_use]
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        &self.parameters
    }

    /// What may be mounted, by guest path.
    #[must_use]
    pub fn mounts(&self) -> &BTreeMap<String, MountTerms> {
        &self.mounts
    }

    /// The parameters' values as they enter patterns.
    ///
    /// # Errors
    /// A parameter that is not declared, not given, or given a value that its declaration does not admit.
    pub(crate) fn bindings(&self, values: &BTreeMap<String, String>) -> Result<Bindings, String> {
        if let Some(unknown) = values.keys().find(|name| !self.parameters.contains_key(*name)) {
            return Err(format!("there is no parameter `{}` in this type of task", unknown.escape_debug()));
        }
        let bind = |(name, parameter): (&String, &Parameter)| {
            let value = values.get(name).ok_or_else(|| format!("the parameter `{name}` is not given"))?;
            parameter.check(name, value)?;
            Ok((name.clone(), Binding { text: value.clone(), slash_ok: parameter.admits_slash() }))
        };
        self.parameters.iter().map(bind).collect()
    }
}

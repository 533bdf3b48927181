//! A policy: what the operator lets which agent do in which type of task.
mod example;
mod lower;
mod lower_type;
mod parameter;
mod parts;
mod task;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

pub use parameter::Parameter;
pub use task::{MountTerms, Refused, RefusedPart, TaskTerms};

use crate::access::Kind;
use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::file::{FileKind, PolicyFile, read};
use crate::isolation::Isolation;
use crate::limits::Limits;
use crate::lower::Lowering;
use crate::pattern::{Binding, Bindings};
use crate::rule::{Rules, Word};
use crate::scope::{LayerId, Source, UntrustedTemplate};
use crate::verdict::{Layer, RuleRef};

/// How long a task lives whose type and opening do not say.
pub const DEFAULT_TTL: Duration = Duration::from_mins(15);
/// The longest that a task may live.
pub const LONGEST_TTL: Duration = Duration::from_hours(24 * 366);

/// How deep a task may be narrowed whose type does not say.
pub const NARROW: u32 = 3;
/// How deep any task may be narrowed.
pub const DEEPEST: u32 = 6;

/// An operator's policy, which can be enforced exactly as written.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The main file first, then the parts that it includes.
    files: Vec<PolicyFile>,
    pub(crate) sources: Vec<Source>,
    pub(crate) id: LayerId,
    pub(crate) types: BTreeMap<String, TaskType>,
    pub(crate) unmatched: Unmatched,
    taint_lasts: Option<Duration>,
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
    budget: Budget,
    per_day: Budget,
    open_tasks: Option<u32>,
    tasks_per_hour: Option<u32>,
    narrow: u32,
    pub(crate) limits: Limits,
    /// Its own rules, those of the sets that it uses, and those for all types.
    pub(crate) rules: Rules,
    /// Sources that nobody vouches for: its own, and those of all types.
    pub(crate) untrusted: UntrustedTemplate,
}

impl Policy {
    /// The longest file of a policy, in bytes.
    pub const MAX_FILE_BYTES: usize = 4 << 20;

    /// The most files that a policy may have.
    pub const MAX_FILES: usize = 64;

    pub(crate) const KIND: FileKind = FileKind { name: "policy", max_bytes: Self::MAX_FILE_BYTES };

    /// Parses a policy of one file and checks its examples.
    ///
    /// # Errors
    /// What cannot be enforced exactly as written, the first in the file first.
    pub fn parse(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        Self::parse_split(source, &[])
    }

    /// The further files that a policy names, relative to its folder.
    ///
    /// # Errors
    /// A text that cannot be read, or a name that is no part's. What else is wrong [`Policy::parse_split`] says.
    pub fn includes(main: &Source) -> Result<Vec<String>, Vec<Diagnostic>> {
        let (file, errors) = read::<PolicyFile>(main, Self::KIND);
        let mut lowering = Lowering::new(main, Layer::Policy, if file.is_none() { errors } else { Vec::new() });
        let names = file.map(|file| {
            parts::include(&file, &mut lowering);
            file.include.into_iter().map(|name| name.value).collect()
        });
        lowering.finish(names)
    }

    /// Parses a policy with all of the parts that it includes, in their order, and checks its examples.
    ///
    /// # Errors
    /// What cannot be enforced exactly as written: each error names its own file.
    pub fn parse_split(main: &Source, parts: &[Source]) -> Result<Self, Vec<Diagnostic>> {
        let sources: Vec<Source> = std::iter::once(main).chain(parts).cloned().collect();
        let policy = lower::policy(&sources)?;
        // An example says nothing of a policy that does not hold.
        let failed = policy.failed_examples();
        if failed.is_empty() { Ok(policy) } else { Err(failed) }
    }

    /// The main file.
    pub(crate) fn main(&self) -> &Source {
        static NONE: Source = Source { name: String::new(), text: String::new() };
        self.sources.first().unwrap_or(&NONE)
    }

    /// For how long an agent stays tainted beyond the task that was.
    #[must_use]
    pub fn taint_lasts(&self) -> Option<Duration> {
        self.taint_lasts
    }

    /// The least isolation that the policy accepts; `None` where it does not say.
    #[must_use]
    pub fn isolation(&self) -> Option<Isolation> {
        self.files.first().and_then(|file| file.isolation.as_ref()).map(|level| level.value)
    }

    /// Whether a tool may run whose manifest names no digest of its component.
    #[must_use]
    pub fn development(&self) -> bool {
        self.files.first().is_some_and(|file| file.development)
    }

    /// The agents' names.
    pub fn agents(&self) -> impl Iterator<Item = &str> + Clone {
        self.files.iter().flat_map(|file| file.agents.keys()).map(|name| name.as_str())
    }

    /// Who answers for an agent.
    #[must_use]
    pub fn owner(&self, agent: &str) -> Option<&str> {
        let mut agents = self.files.iter().flat_map(|file| &file.agents);
        let (_, agent) = agents.find(|(name, _)| name.value == agent)?;
        agent.owner.as_deref()
    }

    /// The types of task, by name.
    pub fn types(&self) -> impl Iterator<Item = (&str, &TaskType)> {
        self.types.iter().map(|(name, task_type)| (name.as_str(), task_type))
    }

    /// The texts of the policy's files, the main one's first.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }

    /// The policy's files as they are written, the main one first: for linters, differences and documentation.
    #[must_use]
    pub fn files(&self) -> &[PolicyFile] {
        &self.files
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

    /// What one agent may use up in a day, in tasks of this type.
    #[must_use]
    pub fn per_day(&self) -> Budget {
        self.per_day
    }

    /// How deep one may be narrowed.
    #[must_use]
    pub fn narrow(&self) -> u32 {
        self.narrow
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

//! One type of task: from what is written to what it means.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lower::{Whole, untrusted};
use super::{DEEPEST, DEFAULT_TTL, LONGEST_TTL, MountTerms, NARROW, Parameter, TaskType};
use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::file::{At, MountFile, MountMode, ParameterFile, TypeFile};
use crate::limits::Limits;
use crate::lower::{Lowering, MAX_ERRORS};
use crate::nearest::did_you_mean;
use crate::path::GuestPath;
use crate::pattern::is_parameter_name;
use crate::rule::Rules;
use crate::scope::{Source, UntrustedTemplate};

/// One type of task, with all that it is made from.
pub(super) struct Lower<'p, 'l, 's> {
    pub(super) whole: &'p Whole,
    pub(super) name: &'p At<String>,
    pub(super) sources: &'p [Source],
    pub(super) lowering: &'l mut Lowering<'s>,
}

impl Lower<'_, '_, '_> {
    pub(super) fn task_type(mut self, written: &TypeFile) -> TaskType {
        self.lowering.own_name(self.name, "a type");
        let ttl = written.ttl.as_ref().and_then(|ttl| self.lowering.duration(ttl, "ttl", LONGEST_TTL));
        let tasks = written.tasks.as_ref();
        if let Some(tasks) = tasks.filter(|tasks| tasks.open.is_none() && tasks.per_hour.is_none()) {
            self.lowering.says_nothing(&tasks.span, "`tasks` says nothing");
        }
        let mut count = |key: &str, written: Option<&At<i64>>| {
            written.map(|written| self.lowering.count(key, Some(written), u32::MAX, u32::MAX))
        };
        let open_tasks = count("open", tasks.and_then(|tasks| tasks.open.as_ref()));
        let tasks_per_hour = count("per_hour", tasks.and_then(|tasks| tasks.per_hour.as_ref()));
        let mut untrusted = untrusted(written.untrusted.as_ref(), self.lowering);
        untrusted.add(&self.whole.untrusted);
        let parameters = self.parameters(written);
        TaskType {
            agents: self.agents(written),
            ttl: ttl.unwrap_or(DEFAULT_TTL),
            mounts: self.mounts(written),
            budget: self.lowering.budget(written.budget.as_ref()).with_log(Budget::LOG_OF_A_TASK),
            per_day: self.lowering.budget(written.budget_per_day.as_ref()).with_log(Budget::LOG_OF_A_DAY),
            open_tasks,
            tasks_per_hour,
            narrow: self.narrow(written.narrow.as_ref()),
            limits: self.lowering.limits(written.limits.as_ref(), Limits::MOST),
            rules: self.rules(written, &untrusted),
            untrusted,
            parameters,
        }
    }

    fn narrow(&mut self, written: Option<&At<i64>>) -> u32 {
        let Some(written) = written else { return NARROW };
        let depth = u32::try_from(written.value).ok().filter(|depth| *depth <= DEEPEST);
        depth.unwrap_or_else(|| {
            let help = format!("write a whole number from 0 (not at all) to {DEEPEST}");
            self.lowering.error_with_help(&written.span, format!("`narrow` is {}", written.value), help);
            NARROW
        })
    }

    fn agents(&mut self, written: &TypeFile) -> BTreeSet<String> {
        if written.agents.is_empty() {
            let help = "name the agents that may open a task of this type".to_owned();
            self.lowering.error_with_help(&written.agents.span, "`agents` is empty", help);
        }
        let mut agents = BTreeSet::new();
        for agent in written.agents.iter() {
            if !self.whole.agents.contains(agent.as_str()) {
                let help = did_you_mean(agent, self.whole.agents.iter().map(String::as_str));
                self.lowering.error_with_help(&agent.span, format!("unknown agent `{}`", agent.escape_debug()), help);
            }
            if !agents.insert(agent.value.clone()) {
                self.lowering.error(&agent.span, format!("the agent `{}` stands twice", agent.escape_debug()));
            }
        }
        agents
    }

    fn parameters(&mut self, written: &TypeFile) -> BTreeMap<String, Parameter> {
        let mut parameters = BTreeMap::new();
        for (name, declared) in &written.parameters {
            if !is_parameter_name(name) {
                self.lowering.error(&name.span, format!("`{}` is no parameter's name", name.escape_debug()));
            }
            parameters.extend(self.parameter(declared).map(|parameter| (name.value.clone(), parameter)));
        }
        parameters
    }

    fn parameter(&mut self, declared: &At<ParameterFile>) -> Option<Parameter> {
        match (&declared.pattern, &declared.one_of, &declared.under) {
            (None, None, Some(under)) => match GuestPath::parse(under) {
                Ok(root) => Some(Parameter::Under(root)),
                Err(error) => {
                    self.lowering.error(&under.span, format!("`{}` is no guest path: {error}", under.escape_debug()));
                    None
                }
            },
            (Some(pattern), None, None) => {
                let parsed = Parameter::pattern(pattern);
                let error =
                    |error: String| self.lowering.error(&pattern.span, format!("no regular expression: {error}"));
                parsed.map_err(error).ok()
            }
            (None, Some(values), None) => {
                if values.is_empty() {
                    self.lowering.error(&values.span, "a choice of nothing: no task could be opened");
                }
                Some(Parameter::OneOf(values.iter().map(|value| value.value.clone()).collect()))
            }
            _ => {
                let help =
                    "declare what its value may be: `{ pattern = \"…\" }`, `{ one_of = […] }` or `{ under = \"/…\" }`"
                        .to_owned();
                let message = "a parameter has one of `pattern`, `one_of` and `under`";
                self.lowering.error_with_help(&declared.span, message, help);
                None
            }
        }
    }

    fn mounts(&mut self, written: &TypeFile) -> BTreeMap<String, MountTerms> {
        let mut mounts = BTreeMap::new();
        for (guest, MountFile { under, mode }) in &written.mounts {
            if let Err(error) = GuestPath::parse(guest) {
                let message = format!("`{}` is no guest path: {error}", guest.escape_debug());
                self.lowering.error(&guest.span, message);
            }
            if under.all().is_empty() {
                self.lowering.error(&guest.span, "`under` names no directory");
            }
            for under in under.all() {
                self.under(under, written);
            }
            let read_only = *mode != Some(MountMode::Rw);
            let under = under.all().iter().map(|under| under.value.clone()).collect();
            mounts.insert(guest.value.clone(), MountTerms { under, read_only });
        }
        mounts
    }

    /// A host directory, with declared parameters in it alone.
    fn under(&mut self, under: &At<String>, written: &TypeFile) {
        self.lowering.some_text(under, "under");
        if under.split('/').any(|segment| segment == "..") {
            self.lowering.error(&under.span, "`under` has no `..`");
        }
        let begins = under.split('/').next().unwrap_or_default();
        if begins.contains('{') {
            let help = "whoever opens a task would choose where it lies: name a directory first".to_owned();
            self.lowering.error_with_help(&under.span, "`under` begins with a parameter", help);
        }
        let mut rest = under.as_str();
        while let Some((_, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                self.lowering.error(&under.span, "`under` has a `{` that is not closed");
                return;
            };
            if !written.parameters.keys().any(|known| known.as_str() == name) {
                let help = did_you_mean(name, written.parameters.keys().map(|name| name.as_str()));
                let message = format!("the type `{}` has no parameter `{}`", self.name.value, name.escape_debug());
                self.lowering.error_with_help(&under.span, message, help);
            }
            rest = after;
        }
    }

    /// The type's own rules, then those of its sets, then those for all types. Each parameter in them is declared.
    fn rules(&mut self, written: &TypeFile, untrusted: &UntrustedTemplate) -> Rules {
        let mut rules = self.lowering.rules(&format!("types.{}", self.name.value), written.rules());
        let mut used = BTreeSet::new();
        for set in &written.sets {
            if !used.insert(set.as_str()) {
                self.lowering.error(&set.span, format!("the set `{}` stands twice", set.escape_debug()));
            }
            match self.whole.sets.get(set.as_str()) {
                Some(set) => rules.add(set),
                None => {
                    let help = did_you_mean(set, self.whole.sets.keys().map(String::as_str));
                    self.lowering.error_with_help(&set.span, format!("unknown set `{}`", set.escape_debug()), help);
                }
            }
        }
        rules.add(&self.whole.all);
        rules.name_digests();
        self.declared(written, &rules, untrusted);
        rules
    }

    fn declared(&mut self, written: &TypeFile, rules: &Rules, untrusted: &UntrustedTemplate) {
        let declared: BTreeSet<&str> = written.parameters.keys().map(|name| name.as_str()).collect();
        let mut unknown = Vec::new();
        let mut found = |name: &str, file: usize, at: Range<usize>| {
            if !declared.contains(name) && unknown.len() < MAX_ERRORS {
                unknown.push((name.to_owned(), file, at));
            }
        };
        rules.parameters(self.sources, &mut found);
        untrusted.parameters(self.sources, &mut found);
        for (name, file, at) in unknown {
            let message = format!("the type `{}` has no parameter `{name}`", self.name.value);
            let help = did_you_mean(&name, declared.iter().copied());
            let declare = || Some(format!("declare it: `parameters.{name} = {{ pattern = \"…\" }}`"));
            let source = self.sources.get(file).unwrap_or(self.lowering.source);
            self.lowering.report(Diagnostic::new(source, at, message).with_help(help.or_else(declare)));
        }
    }
}

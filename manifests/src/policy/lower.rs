//! From a policy's file to the policy.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{DEFAULT_TTL, LONGEST_TTL, MountTerms, Parameter, Policy, TaskType, Unmatched};
use crate::access::Kind;
use crate::file::{At, MountFile, MountMode, ParameterFile, PolicyFile, TypeFile, UnmatchedFile};
use crate::limits::Limits;
use crate::lower::Lowering;
use crate::nearest::did_you_mean;
use crate::path::GuestPath;
use crate::pattern::is_parameter_name;
use crate::rule::{Rules, Word};
use crate::verdict::RuleRef;

pub(super) fn policy(file: PolicyFile, lowering: &mut Lowering<'_>) -> Policy {
    lowering.schema(&file.schema);
    for name in file.agents.keys() {
        lowering.own_name(name, "an agent");
    }
    let sets = sets(&file, lowering);
    let all = file.all.as_ref().map(|all| lowering.rules("all", all.rules())).unwrap_or_default();
    let mut types = BTreeMap::new();
    for (name, written) in &file.types {
        let task_type = Lower { file: &file, sets: &sets, all: &all, name, lowering }.task_type(written);
        types.insert(name.value.clone(), task_type);
    }
    let unmatched = unmatched(&file, lowering);
    Policy { source: lowering.source.clone(), types, unmatched, file }
}

fn sets<'f>(file: &'f PolicyFile, lowering: &mut Lowering<'_>) -> BTreeMap<&'f str, Rules> {
    let mut sets = BTreeMap::new();
    for (name, written) in &file.sets {
        lowering.own_name(name, "a set");
        sets.insert(name.as_str(), lowering.rules(&format!("sets.{}", name.value), written.rules()));
    }
    sets
}

fn unmatched(file: &PolicyFile, lowering: &mut Lowering<'_>) -> Unmatched {
    let mut unmatched = Unmatched::new();
    for (name, written) in &file.unmatched {
        let Some(kind) = Kind::named(name) else {
            let help = did_you_mean(name, Kind::ALL.map(Kind::word));
            lowering.error_with_help(&name.span, format!("unknown kind `{}`", name.escape_debug()), help);
            continue;
        };
        let (word, shown) = match written.value {
            UnmatchedFile::Ask => (Word::Ask, "ask"),
            UnmatchedFile::Deny => (Word::Deny, "deny"),
        };
        let rule = RuleRef {
            file: lowering.source.name.as_str().into(),
            line: lowering.line(&name.span),
            text: format!("`unmatched.{kind} = \"{shown}\"`").into(),
        };
        unmatched.insert(kind, (word, Arc::new(rule)));
    }
    unmatched
}

/// One type of task, with all that it is made from.
struct Lower<'p, 'l, 's> {
    file: &'p PolicyFile,
    sets: &'p BTreeMap<&'p str, Rules>,
    all: &'p Rules,
    name: &'p At<String>,
    lowering: &'l mut Lowering<'s>,
}

impl Lower<'_, '_, '_> {
    fn task_type(mut self, written: &TypeFile) -> TaskType {
        self.lowering.own_name(self.name, "a type");
        let ttl = written.ttl.as_ref().and_then(|ttl| self.lowering.duration(ttl, "ttl", LONGEST_TTL));
        let calls = written.budget.as_ref().map(|budget| &budget.calls);
        let most = u64::from(u32::MAX);
        let parameters = self.parameters(written);
        TaskType {
            agents: self.agents(written),
            ttl: ttl.unwrap_or(DEFAULT_TTL),
            mounts: self.mounts(written),
            budget_calls: calls.map(|calls| self.lowering.count("calls", Some(calls), most, most)),
            limits: self.lowering.limits(written.limits.as_ref(), Limits::MOST),
            rules: self.rules(written),
            parameters,
        }
    }

    fn agents(&mut self, written: &TypeFile) -> BTreeSet<String> {
        if written.agents.is_empty() {
            let help = "name the agents that may open a task of this type".to_owned();
            self.lowering.error_with_help(&written.agents.span, "`agents` is empty", help);
        }
        let mut agents = BTreeSet::new();
        for agent in written.agents.iter() {
            if !self.file.agents.contains_key(agent) {
                let help = did_you_mean(agent, self.file.agents.keys().map(|name| name.as_str()));
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
        match (&declared.pattern, &declared.one_of) {
            (Some(pattern), None) => {
                let parsed = Parameter::pattern(pattern);
                let error =
                    |error: String| self.lowering.error(&pattern.span, format!("no regular expression: {error}"));
                parsed.map_err(error).ok()
            }
            (None, Some(values)) => {
                if values.is_empty() {
                    self.lowering.error(&values.span, "a choice of nothing: no task could be opened");
                }
                Some(Parameter::OneOf(values.iter().map(|value| value.value.clone()).collect()))
            }
            (None, None) | (Some(_), Some(_)) => {
                let help = "declare what its value may be: `{ pattern = \"…\" }` or `{ one_of = […] }`".to_owned();
                let message = "a parameter has either a `pattern` or `one_of`";
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
            self.lowering.some_text(under, "under");
            if under.split('/').any(|segment| segment == "..") {
                self.lowering.error(&under.span, "`under` has no `..`");
            }
            let read_only = *mode != Some(MountMode::Rw);
            mounts.insert(guest.value.clone(), MountTerms { under: under.value.clone(), read_only });
        }
        mounts
    }

    /// The type's own rules, then those of its sets, then those for all types. Each parameter in them is declared.
    fn rules(&mut self, written: &TypeFile) -> Rules {
        let mut rules = self.lowering.rules(&format!("types.{}", self.name.value), written.rules());
        let mut used = BTreeSet::new();
        for set in &written.sets {
            if !used.insert(set.as_str()) {
                self.lowering.error(&set.span, format!("the set `{}` stands twice", set.escape_debug()));
            }
            match self.sets.get(set.as_str()) {
                Some(set) => rules.add(set),
                None => {
                    let help = did_you_mean(set, self.sets.keys().copied());
                    self.lowering.error_with_help(&set.span, format!("unknown set `{}`", set.escape_debug()), help);
                }
            }
        }
        rules.add(self.all);
        self.declared(written, &rules);
        rules
    }

    fn declared(&mut self, written: &TypeFile, rules: &Rules) {
        let declared = || written.parameters.keys().map(|name| name.as_str());
        let mut unknown = Vec::new();
        rules.parameters(self.lowering.source, |name, at| {
            if !declared().any(|known| known == name) {
                unknown.push((name.to_owned(), at));
            }
        });
        for (name, at) in unknown {
            let message = format!("the type `{}` has no parameter `{name}`", self.name.value);
            let help = did_you_mean(&name, declared());
            let declare = || Some(format!("declare it: `parameters.{name} = {{ pattern = \"…\" }}`"));
            self.lowering.error_with_help(&at, message, help.or_else(declare));
        }
    }
}

//! From a policy's files to the policy.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::{DEEPEST, DEFAULT_TTL, LONGEST_TTL, MountTerms, NARROW, Parameter, Policy, TaskType, Unmatched};
use crate::access::Kind;
use crate::diagnostic::Diagnostic;
use crate::file::{At, MountFile, MountMode, ParameterFile, PolicyFile, TypeFile, UnmatchedFile, UntrustedFile, read};
use crate::limits::Limits;
use crate::lower::{Lowering, in_order};
use crate::nearest::did_you_mean;
use crate::path::GuestPath;
use crate::pattern::{HostTemplate, NameKind, NameTemplate, PathTemplate, UrlTemplate, is_parameter_name};
use crate::rule::{Rules, Word};
use crate::scope::{Source, UntrustedTemplate};
use crate::verdict::{Layer, RuleRef};

/// Whether a name can be one of a part: a relative path that leads nowhere above the policy's folder.
fn is_part(name: &str) -> bool {
    name.split('/').all(|segment| !matches!(segment, "" | "." | "..")) && !name.chars().any(char::is_control)
}

/// The parts that a main file names: each once.
pub(super) fn include(file: &PolicyFile, lowering: &mut Lowering<'_>) {
    let mut seen = BTreeSet::new();
    for part in &file.include {
        if !is_part(part) {
            let help = "name a file in the policy's folder, or below it".to_owned();
            lowering.error_with_help(&part.span, format!("`{}` is no part of a policy", part.escape_debug()), help);
        } else if !seen.insert(part.as_str()) {
            lowering.error(&part.span, format!("the part `{}` stands twice", part.escape_debug()));
        }
    }
}

/// Every part that the main file names is at hand: a rule that was not read must not be missed.
fn all_at_hand(file: &PolicyFile, parts: usize, lowering: &mut Lowering<'_>) {
    if let Some(part) = file.include.get(parts).filter(|part| is_part(part)) {
        lowering.error(&part.span, format!("the part `{}` is not at hand", part.escape_debug()));
    } else if file.include.len() < parts {
        lowering.error(&(0..0), format!("`include` names {} parts, and {parts} are at hand", file.include.len()));
    }
}

/// The policy of these files, the main one first.
pub(super) fn policy(sources: &[Source]) -> Result<Policy, Vec<Diagnostic>> {
    let mut files = Vec::new();
    let mut lowerings = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let (file, errors) = read::<PolicyFile>(source);
        files.extend(file);
        lowerings.push(Lowering::of_part(source, at, Layer::Policy, errors));
    }
    if files.len() < sources.len() {
        return Err(all_errors(lowerings));
    }
    if let (Some(main), Some(lowering)) = (files.first(), lowerings.first_mut()) {
        all_at_hand(main, sources.len() - 1, lowering);
    }
    let mut whole = Whole::default();
    for (at, (file, lowering)) in files.iter().zip(&mut lowerings).enumerate() {
        whole.heads(file, at, lowering);
    }
    let mut types = BTreeMap::new();
    for (file, lowering) in files.iter().zip(&mut lowerings) {
        for (name, written) in &file.types {
            let task_type = Lower { whole: &whole, name, sources, lowering }.task_type(written);
            if types.insert(name.value.clone(), task_type).is_some() {
                lowering.error(&name.span, format!("the type `{}` stands in two files", name.escape_debug()));
            }
        }
    }
    let (mut unmatched, mut taint_lasts) = (Unmatched::new(), None);
    if let (Some(main), Some(lowering)) = (files.first(), lowerings.first_mut()) {
        unmatched = self::unmatched(main, lowering);
        taint_lasts = main.taint_lasts.as_ref().and_then(|lasts| lowering.duration(lasts, "taint_lasts", LONGEST_TTL));
    }
    let errors = all_errors(lowerings);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Policy { sources: sources.to_vec(), files, types, unmatched, taint_lasts })
}

/// All errors, the main file's first.
fn all_errors(lowerings: Vec<Lowering<'_>>) -> Vec<Diagnostic> {
    lowerings.into_iter().flat_map(|lowering| in_order(lowering.into_errors())).collect()
}

/// What the types of all files draw on.
#[derive(Default)]
struct Whole {
    agents: BTreeSet<String>,
    sets: BTreeMap<String, Rules>,
    all: Rules,
    untrusted: UntrustedTemplate,
}

impl Whole {
    /// Takes in one file's agents, sets, and rules for all types.
    fn heads(&mut self, file: &PolicyFile, at: usize, lowering: &mut Lowering<'_>) {
        lowering.schema(&file.schema);
        match at {
            0 => include(file, lowering),
            _ => only_in_the_main_file(file, lowering),
        }
        for name in file.agents.keys() {
            lowering.own_name(name, "an agent");
            if !self.agents.insert(name.value.clone()) {
                lowering.error(&name.span, format!("the agent `{}` stands in two files", name.escape_debug()));
            }
        }
        for (name, written) in &file.sets {
            lowering.own_name(name, "a set");
            let rules = lowering.rules(&format!("sets.{}", name.value), written.rules());
            if self.sets.insert(name.value.clone(), rules).is_some() {
                lowering.error(&name.span, format!("the set `{}` stands in two files", name.escape_debug()));
            }
        }
        if let Some(all) = &file.all {
            self.all.add(&lowering.rules("all", all.rules()));
        }
        self.untrusted.add(&untrusted(file.untrusted.as_ref(), lowering));
    }
}

fn only_in_the_main_file(file: &PolicyFile, lowering: &mut Lowering<'_>) {
    let unmatched = file.unmatched.keys().next().map(|kind| ("unmatched", kind.span.clone()));
    let include = file.include.first().map(|part| ("include", part.span.clone()));
    let taint_lasts = file.taint_lasts.as_ref().map(|lasts| ("taint_lasts", lasts.span.clone()));
    let development = file.development.then(|| ("development", file.schema.span.clone()));
    for (key, span) in [unmatched, include, taint_lasts, development].into_iter().flatten() {
        lowering.error(&span, format!("`{key}` stands in the main file only"));
    }
}

fn untrusted(written: Option<&At<UntrustedFile>>, lowering: &mut Lowering<'_>) -> UntrustedTemplate {
    let Some(file) = written else { return UntrustedTemplate::default() };
    let UntrustedFile { files, http, tcp, tools } = &file.value;
    if [files, http, tcp, tools].iter().all(|patterns| patterns.is_empty()) {
        lowering.says_nothing(&file.span, "`untrusted` names nothing");
    }
    let at = |lowering: &Lowering<'_>, kind: &str, written: &At<String>| {
        Arc::new(RuleRef {
            file: lowering.source.name.as_str().into(),
            line: lowering.line(&written.span),
            text: format!("`untrusted.{kind}` on `{}`", written.value).into(),
        })
    };
    let mut template = UntrustedTemplate::default();
    for written in files {
        let pattern = lowering.template(written, PathTemplate::parse);
        template.files.extend(pattern.map(|pattern| (pattern, at(lowering, "files", written))));
    }
    for written in http {
        let pattern = lowering.template(written, UrlTemplate::parse);
        template.http.extend(pattern.map(|pattern| (pattern, at(lowering, "http", written))));
    }
    for written in tcp {
        let pattern = lowering.template(written, HostTemplate::parse);
        template.tcp.extend(pattern.map(|pattern| (pattern, at(lowering, "tcp", written))));
    }
    for written in tools {
        let pattern = lowering.template(written, |text| NameTemplate::parse(NameKind::Tool, text));
        template.tools.extend(pattern.map(|pattern| (pattern, at(lowering, "tools", written))));
    }
    template
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
    whole: &'p Whole,
    name: &'p At<String>,
    sources: &'p [Source],
    lowering: &'l mut Lowering<'s>,
}

impl Lower<'_, '_, '_> {
    fn task_type(mut self, written: &TypeFile) -> TaskType {
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
            budget: self.lowering.budget(written.budget.as_ref()),
            per_day: self.lowering.budget(written.budget_per_day.as_ref()),
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
        let declared = || written.parameters.keys().map(|name| name.as_str());
        let mut unknown = Vec::new();
        let mut found = |name: &str, file: usize, at: Range<usize>| {
            if !declared().any(|known| known == name) {
                unknown.push((name.to_owned(), file, at));
            }
        };
        rules.parameters(self.sources, &mut found);
        untrusted.parameters(self.sources, &mut found);
        for (name, file, at) in unknown {
            let message = format!("the type `{}` has no parameter `{name}`", self.name.value);
            let help = did_you_mean(&name, declared());
            let declare = || Some(format!("declare it: `parameters.{name} = {{ pattern = \"…\" }}`"));
            let source = self.sources.get(file).unwrap_or(self.lowering.source);
            self.lowering.report(Diagnostic::new(source, at, message).with_help(help.or_else(declare)));
        }
    }
}

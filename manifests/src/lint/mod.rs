//! Findings: rules that load and are enforced as they are written, but read differently from what they do.
mod dead;
mod pattern;

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::file::{At, PolicyFile, RuleFile, RuleTables, TypeFile};
use crate::grant::Grant;
use crate::lower::MAX_ERRORS;
use crate::manifest::Manifest;
use crate::policy::Policy;
use crate::scope::Source;

impl Manifest {
    /// The rules that read differently from what they do, the first in the file first.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        of_one(&self.source, self.file().rules())
    }
}

impl Grant {
    /// The rules that read differently from what they do, the first in the file first.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        of_one(&self.source, self.file().rules())
    }
}

impl Policy {
    /// The rules that read differently from what they do, the main file's first.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        let files = || self.sources.iter().zip(self.files());
        let all: Vec<Table<'_>> =
            files().filter_map(|(source, file)| Some((source, file.all.as_ref()?.rules()))).collect();
        let mut found = Vec::new();
        for (source, file) in files() {
            let mut lint = Lint { source, found: Vec::new() };
            for (rules, with) in tables(file, &all, &|name| self.set(name)) {
                lint.patterns(rules);
                lint.dead(rules, &with);
            }
            found.extend(lint.finish());
        }
        found
    }

    fn set(&self, name: &str) -> Option<Table<'_>> {
        self.sources.iter().zip(self.files()).find_map(|(source, file)| {
            file.sets.iter().find(|(own, _)| own.value == name).map(|(_, set)| (source, set.rules()))
        })
    }
}

/// Rules, and the file that they stand in.
type Table<'a> = (&'a Source, RuleTables<'a>);

/// The rule tables of a file, each with those whose `deny` holds beside it.
fn tables<'a>(
    file: &'a PolicyFile,
    all: &[Table<'a>],
    set: &dyn Fn(&str) -> Option<Table<'a>>,
) -> Vec<(RuleTables<'a>, Vec<Table<'a>>)> {
    let sets = file.sets.values().map(|rules| (rules.rules(), all.to_vec()));
    let types = file.types.values().map(|of_type: &At<TypeFile>| {
        let used = of_type.sets.iter().filter_map(|name| set(name));
        (of_type.rules(), used.chain(all.iter().copied()).collect())
    });
    let own = file.all.iter().map(|rules| (rules.rules(), all.to_vec()));
    own.chain(sets).chain(types).collect()
}

fn of_one(source: &Source, rules: RuleTables<'_>) -> Vec<Diagnostic> {
    let mut lint = Lint { source, found: Vec::new() };
    lint.patterns(rules);
    lint.dead(rules, &[]);
    lint.finish()
}

/// What is found in one file.
struct Lint<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Lint<'_> {
    fn found(&mut self, span: &Range<usize>, message: String, help: String) {
        if self.found.len() < MAX_ERRORS {
            self.found.push(Diagnostic::new(self.source, span.clone(), message).with_help(help));
        }
    }

    fn patterns(&mut self, rules: RuleTables<'_>) {
        rules.files.iter().for_each(|rule| self.path(&rule.path, closes(rule)));
        for rule in rules.http {
            self.url(&rule.url, closes(rule));
        }
        rules.secrets.iter().filter_map(|rule| rule.to.as_ref()).for_each(|to| self.url(to, false));
        self.hosts(rules.tcp.iter().map(|rule| (&rule.host, closes(rule))));
        self.hosts(rules.dns.iter().map(|rule| (&rule.name, closes(rule))));
    }

    fn finish(self) -> Vec<Diagnostic> {
        crate::lower::in_order(self.found)
    }
}

/// Whether a rule asks or denies.
fn closes(rule: &At<impl RuleFile>) -> bool {
    let lists = rule.lists();
    lists.ask.is_some() || lists.deny.is_some()
}

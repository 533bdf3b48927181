//! From a policy's files to the policy.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lower_type::Lower;
use super::parts::{all_at_hand, include, only_in_the_main_file};
use super::{LONGEST_TTL, Policy, Unmatched};
use crate::access::Kind;
use crate::diagnostic::Diagnostic;
use crate::file::{At, PolicyFile, UnmatchedFile, UntrustedFile, read};
use crate::lower::{Lowering, in_order};
use crate::nearest::did_you_mean;
use crate::pattern::{HostTemplate, NameKind, NameTemplate, PathTemplate, UrlTemplate};
use crate::rule::{Rules, Word};
use crate::scope::{LayerId, Source, UntrustedTemplate};
use crate::verdict::{Layer, RuleRef};

/// The policy of these files, the main one first.
pub(super) fn policy(sources: &[Source]) -> Result<Policy, Vec<Diagnostic>> {
    let mut files = Vec::new();
    let mut lowerings = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let (file, errors) = read::<PolicyFile>(source, Policy::KIND);
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
    let id = LayerId::of_texts(Layer::Policy, sources);
    Ok(Policy { sources: sources.to_vec(), id, files, types, unmatched, taint_lasts })
}

/// All errors, the main file's first.
fn all_errors(lowerings: Vec<Lowering<'_>>) -> Vec<Diagnostic> {
    lowerings.into_iter().flat_map(|lowering| in_order(lowering.into_errors())).collect()
}

/// What the types of all files draw on.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) agents: BTreeSet<String>,
    pub(super) sets: BTreeMap<String, Rules>,
    pub(super) all: Rules,
    pub(super) untrusted: UntrustedTemplate,
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

pub(super) fn untrusted(written: Option<&At<UntrustedFile>>, lowering: &mut Lowering<'_>) -> UntrustedTemplate {
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

//! Rules as the texts of layers.
use toolward_manifests::{Grant, Kind, Manifest, Policy, ScopeTexts, Source};

use super::rule::Rule;

/// The rules of a policy, by where they stand in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyRules {
    pub(crate) own: Vec<Rule>,
    /// In a set that the type uses.
    pub(crate) used: Vec<Rule>,
    /// For all types.
    pub(crate) all: Vec<Rule>,
    /// In a set that no type uses, and in another type.
    pub(crate) elsewhere: Vec<Rule>,
    /// The kinds of which whatever no rule matches is asked about.
    pub(crate) unmatched: Vec<Kind>,
}

/// The rules of a scope's layers, as far as they are given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    pub(crate) manifest: Option<Vec<Rule>>,
    pub(crate) policy: Option<PolicyRules>,
    /// The task's own, and those of the tasks that it was narrowed from.
    pub(crate) grants: Vec<Vec<Rule>>,
}

impl Rules {
    pub(crate) fn texts(&self) -> ScopeTexts {
        ScopeTexts {
            manifest: self.manifest.as_ref().map(|rules| source("tool.toml", manifest(rules))),
            policies: self.policy.iter().map(|rules| typed(source("policy.toml", policy(rules)))).collect(),
            grants: self.grants.iter().map(|rules| source("grant.toml", grant(rules))).collect(),
            ..ScopeTexts::default()
        }
    }
}

pub(crate) fn source(name: &str, text: String) -> Source {
    Source { name: name.to_owned(), text }
}

/// A policy of one file, and the type of the task.
pub(crate) fn typed(policy: Source) -> (Vec<Source>, String) {
    (vec![policy], "t".to_owned())
}

fn grant(rules: &[Rule]) -> String {
    format!("schema = 1\n{}", tables(rules))
}

fn manifest(rules: &[Rule]) -> String {
    let tool = "[tool]\nname = \"t\"\ndescription = \"A test.\"\ncomponent = \"t.wasm\"\n";
    format!("schema = 1\n{}{tool}", tables(rules))
}

fn policy(rules: &PolicyRules) -> String {
    let unmatched: String = rules.unmatched.iter().map(|kind| format!("unmatched.{kind} = \"ask\"\n")).collect();
    let own = format!("[types.t]\nagents = [\"a\"]\nuse = [\"used\"]\n{}", tables(&rules.own));
    let sets = format!("[sets.used]\n{}[sets.unused]\n{}", tables(&rules.used), tables(&rules.elsewhere));
    let other = format!("[types.other]\nagents = [\"a\"]\n{}", tables(&rules.elsewhere));
    format!("schema = 1\nagents.a = {{}}\n{unmatched}{own}{sets}{other}[all]\n{}", tables(&rules.all))
}

/// Each rule stands on a line of its own, so that a verdict's line tells which it is.
fn tables(rules: &[Rule]) -> String {
    let table = |kind: Kind| {
        let rules: String =
            rules.iter().filter(|rule| rule.on.kind() == kind).map(|rule| format!("  {},\n", rule.toml())).collect();
        if rules.is_empty() { rules } else { format!("{kind} = [\n{rules}]\n") }
    };
    Kind::ALL.into_iter().map(table).collect()
}

/// The same texts, parsed and printed.
pub(crate) fn printed(texts: &ScopeTexts) -> ScopeTexts {
    let again = |source: &Source, text: String| Source { name: source.name.clone(), text };
    let manifest = |source: &Source| again(source, Manifest::parse(source).unwrap().to_toml().unwrap());
    let policy = |source: &Source| again(source, Policy::parse(source).unwrap().files()[0].to_toml().unwrap());
    let grant = |source: &Source| again(source, Grant::parse(source).unwrap().to_toml().unwrap());
    ScopeTexts {
        manifest: texts.manifest.as_ref().map(manifest),
        policies: texts.policies.iter().map(|(sources, _)| typed(policy(&sources[0]))).collect(),
        grants: texts.grants.iter().map(grant).collect(),
        parameters: texts.parameters.clone(),
    }
}

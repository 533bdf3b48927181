//! From texts to a scope.
use std::collections::{BTreeMap, BTreeSet};

use super::files::FileRules;
use super::layer::BoundLayer;
use super::{LAYERS, LayerId, Owner, Scope, ScopeTexts, Source, Witnesses};
use crate::diagnostic::Diagnostic;
use crate::grant::Grant;
use crate::input_schema::Place;
use crate::lower::in_order;
use crate::manifest::Manifest;
use crate::nearest::did_you_mean;
use crate::pattern::{Binding, Bindings};
use crate::policy::{Policy, TaskType, Unmatched};
use crate::rule::{Binder, Rules};
use crate::verdict::Layer;

/// Layers that are parsed already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers<'a> {
    pub(crate) manifest: Option<&'a Manifest>,
    pub(crate) policies: Vec<(&'a Policy, &'a TaskType)>,
    pub(crate) grants: &'a [&'a Grant],
}

impl Scope {
    /// Builds a scope from its texts.
    ///
    /// # Errors
    /// The diagnostics of the first text that cannot be enforced exactly as written.
    pub fn build(texts: &ScopeTexts) -> Result<Self, Vec<Diagnostic>> {
        let manifest = texts.manifest.as_ref().map(Manifest::parse).transpose()?;
        let mut policies = Vec::new();
        for (sources, task_type) in &texts.policies {
            let (main, parts) = sources.split_first().map_or((None, &[][..]), |(main, parts)| (Some(main), parts));
            policies.push((Policy::parse_split(main.unwrap_or(&Source::default()), parts)?, task_type.as_str()));
        }
        let grants = texts.grants.iter().map(Grant::parse).collect::<Result<Vec<_>, _>>()?;
        let policies: Vec<_> = policies.iter().map(|(policy, task_type)| (policy, *task_type)).collect();
        Self::of_parsed(manifest.as_ref(), &policies, &grants.iter().collect::<Vec<_>>(), &texts.parameters)
    }

    /// Builds a scope of what was parsed before: a policy goes with the type of the task. The newest policy comes first.
    ///
    /// # Errors
    /// The diagnostics of the layer that cannot be enforced with these parameters.
    pub fn of_parsed(
        manifest: Option<&Manifest>,
        policies: &[(&Policy, &str)],
        grants: &[&Grant],
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        if policies.is_empty() {
            let bindings = bindings_by_hand(parameters, manifest, grants)?;
            return Self::of(&Layers { manifest, policies: Vec::new(), grants }, &bindings);
        }
        let mut bindings = Bindings::new();
        let mut typed = Vec::new();
        for (policy, name) in policies {
            let whole = |message| Diagnostic::new(policy.main(), 0..0, message);
            let task_type = policy.types.get(*name).ok_or_else(|| {
                let help = did_you_mean(name, policy.types.keys().map(String::as_str));
                vec![whole(format!("there is no type of task `{name}`")).with_help(help)]
            })?;
            for (name, binding) in task_type.bindings(parameters).map_err(|message| vec![whole(message)])? {
                // A `/` has to be admitted by both versions.
                let slash_ok = bindings.get(&name).is_none_or(|other: &Binding| other.slash_ok) && binding.slash_ok;
                bindings.insert(name, Binding { slash_ok, ..binding });
            }
            typed.push((*policy, task_type));
        }
        Self::of(&Layers { manifest, policies: typed, grants }, &bindings)
    }

    /// The scope with the JSON Schema of the input of its tool, or of one function of it: what conditions on that input
    /// take for nothing, or for a text of some type, depends on it.
    #[must_use]
    pub fn with_input_schema(mut self, tool: &str, schema: &serde_json::Value) -> Self {
        self.describe_input(tool, schema);
        self
    }

    /// Tells it the JSON Schema of a tool's input.
    pub fn describe_input(&mut self, tool: &str, schema: &serde_json::Value) {
        let place = Place::root(schema);
        for layer in &mut self.layers {
            layer.rules.tools.iter_mut().for_each(|rule| rule.on.describe_input(tool, &place));
        }
    }

    /// A scope of layers that are parsed already.
    pub(crate) fn of(given: &Layers<'_>, bindings: &Bindings) -> Result<Self, Vec<Diagnostic>> {
        let none = Unmatched::new();
        let one = std::slice::from_ref::<Source>;
        let owners = Owners::of(given);
        let manifest = given.manifest.map(|m| (Layer::Manifest, one(&m.source), &m.rules, &none, &owners.manifest));
        let policies = given.policies.iter().zip(&owners.policies);
        let policies =
            policies.map(|((p, t), owner)| (Layer::Policy, p.sources.as_slice(), &t.rules, &p.unmatched, owner));
        let grants = given.grants.iter().zip(&owners.grants);
        let grants = grants.map(|(g, owner)| (Layer::Grant, one(&g.source), &g.rules, &none, owner));
        let mut layers = Vec::new();
        let mut files = Vec::new();
        for (layer, sources, rules, unmatched, owner) in manifest.into_iter().chain(policies).chain(grants) {
            let mut rules = rules.bind(Binder { sources, bindings, owner }).map_err(in_order)?;
            files.push(std::mem::take(&mut rules.files));
            layers.push(BoundLayer::new(layer, rules, unmatched.clone()));
        }
        if layers.len() > LAYERS {
            let source = given.grants.last().map(|grant| grant.source.clone()).unwrap_or_default();
            let message = format!("a task has at most {LAYERS} layers, not {}", layers.len());
            return Err(vec![Diagnostic::new(&source, 0..0, message)]);
        }
        let untrusted = |(policy, task_type): &(&Policy, &TaskType)| {
            let binder = Binder { sources: &policy.sources, bindings, owner: &owners.manifest };
            task_type.untrusted.bind(binder).map_err(|error| vec![error])
        };
        let untrusted = given.policies.iter().map(untrusted).collect::<Result<Vec<_>, _>>()?;
        let mut limits = given.manifest.map(Manifest::limits).unwrap_or_default();
        let of_policies = given.policies.iter().map(|(_, task_type)| task_type.limits);
        for lower in of_policies.chain(given.grants.iter().map(|grant| grant.limits)) {
            limits = limits.lowered_by(lower);
        }
        let untrusted = untrusted.into_iter().filter(|untrusted| !untrusted.is_empty()).collect();
        Ok(Self { layers, files: FileRules::new(files), untrusted, witnesses: owners.witnesses, limits })
    }
}

/// Which layer each rule of a scope belongs to.
struct Owners {
    manifest: Owner,
    /// In the order of the policies: the newest first, the one that the task was opened under last.
    policies: Vec<Owner>,
    grants: Vec<Owner>,
    witnesses: Witnesses,
}

impl Owners {
    fn of(given: &Layers<'_>) -> Self {
        let manifest = given.manifest.map(|manifest| manifest.id).unwrap_or_default();
        let opening = given.policies.last();
        let policy = |(policy, _): &(&Policy, &TaskType)| match opening {
            Some((opening, task_type)) if opening.id != policy.id => {
                Owner::after(policy.id, opening.id, task_type.rules.wordings().collect())
            }
            _ => Owner::new(policy.id),
        };
        let id = |(place, grant): (usize, &&Grant)| LayerId::of_grant(&grant.source, &grant.task, place);
        let grants: Vec<LayerId> = given.grants.iter().enumerate().map(id).collect();
        let policies = || given.policies.iter().map(|(policy, _)| policy.id);
        let changed = policies().next().filter(|newest| opening.is_some_and(|(opening, _)| opening.id != *newest));
        Self {
            manifest: Owner::new(manifest),
            policies: given.policies.iter().map(policy).collect(),
            witnesses: Witnesses { layers: policies().chain(grants.iter().copied()).collect(), changed },
            grants: grants.into_iter().map(Owner::new).collect(),
        }
    }
}

/// Without a policy nothing declares the parameters: a person binds what the rules name, and whoever does it by hand may
/// write a `/`.
fn bindings_by_hand(
    parameters: &BTreeMap<String, String>,
    manifest: Option<&Manifest>,
    grants: &[&Grant],
) -> Result<Bindings, Vec<Diagnostic>> {
    let of_grants = grants.iter().map(|g| (&g.source, &g.rules));
    let layers: Vec<(&Source, &Rules)> = manifest.map(|m| (&m.source, &m.rules)).into_iter().chain(of_grants).collect();
    let mut known = BTreeSet::new();
    for (source, rules) in &layers {
        rules.parameters(std::slice::from_ref(source), |name, _, _| {
            known.insert(name.to_owned());
        });
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Some(unknown) = parameters.keys().find(|name| !known.contains(&name.as_str())) {
        let source = layers.first().map(|(source, _)| (*source).clone()).unwrap_or_default();
        let message = format!("no rule has a parameter `{}`", unknown.escape_debug());
        return Err(vec![Diagnostic::new(&source, 0..0, message).with_help(did_you_mean(unknown, known))]);
    }
    let bind = |(name, text): (&String, &String)| (name.clone(), Binding { text: text.clone(), slash_ok: true });
    Ok(parameters.iter().map(bind).collect::<BTreeMap<_, _>>())
}

//! From texts to a scope.
use std::collections::{BTreeMap, BTreeSet};

use super::files::FileRules;
use super::layer::BoundLayer;
use super::{Scope, ScopeTexts, Source};
use crate::diagnostic::Diagnostic;
use crate::grant::Grant;
use crate::lower::in_order;
use crate::manifest::Manifest;
use crate::nearest::did_you_mean;
use crate::pattern::{Binding, Bindings};
use crate::policy::{Policy, TaskType, Unmatched};
use crate::rule::{Binder, Rules};
use crate::verdict::Layer;

/// Layers that are parsed already.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layers<'a> {
    pub(crate) manifest: Option<&'a Manifest>,
    pub(crate) policy: Option<(&'a Policy, &'a TaskType)>,
    pub(crate) grant: Option<&'a Grant>,
}

impl Scope {
    /// Builds a scope from its texts.
    ///
    /// # Errors
    /// The diagnostics of the first text that cannot be enforced exactly as written.
    pub fn build(texts: &ScopeTexts) -> Result<Self, Vec<Diagnostic>> {
        let manifest = texts.manifest.as_ref().map(Manifest::parse).transpose()?;
        let policy = texts.policy.as_ref().map(|(source, _)| Policy::parse(source)).transpose()?;
        let grant = texts.grant.as_ref().map(Grant::parse).transpose()?;
        let policy = policy.as_ref().zip(texts.policy.as_ref().map(|(_, task_type)| task_type.as_str()));
        Self::of_parsed(manifest.as_ref(), policy, grant.as_ref(), &texts.parameters)
    }

    /// Builds a scope of what was parsed before: a policy goes with the type of the task.
    ///
    /// # Errors
    /// The diagnostics of the layer that cannot be enforced with these parameters.
    pub fn of_parsed(
        manifest: Option<&Manifest>,
        policy: Option<(&Policy, &str)>,
        grant: Option<&Grant>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let Some((policy, name)) = policy else {
            let bindings = bindings_by_hand(parameters, manifest, grant)?;
            return Self::of(Layers { manifest, policy: None, grant }, &bindings);
        };
        let whole = |message| Diagnostic::new(&policy.source, 0..0, message);
        let task_type = policy.types.get(name).ok_or_else(|| {
            let help = did_you_mean(name, policy.types.keys().map(String::as_str));
            vec![whole(format!("there is no type of task `{name}`")).with_help(help)]
        })?;
        let bindings = task_type.bindings(parameters).map_err(|message| vec![whole(message)])?;
        Self::of(Layers { manifest, policy: Some((policy, task_type)), grant }, &bindings)
    }

    /// A scope of layers that are parsed already.
    pub(crate) fn of(given: Layers<'_>, bindings: &Bindings) -> Result<Self, Vec<Diagnostic>> {
        let none = Unmatched::new();
        let manifest = given.manifest.map(|m| (Layer::Manifest, &m.source, &m.rules, &none));
        let policy = given.policy.map(|(p, t)| (Layer::Policy, &p.source, &t.rules, &p.unmatched));
        let grant = given.grant.map(|g| (Layer::Grant, &g.source, &g.rules, &none));
        let mut layers = Vec::new();
        let mut files = Vec::new();
        for (layer, source, rules, unmatched) in [manifest, policy, grant].into_iter().flatten() {
            let mut rules = rules.bind(Binder { source, bindings }).map_err(in_order)?;
            files.push(std::mem::take(&mut rules.files));
            layers.push(BoundLayer { layer, rules, unmatched: unmatched.clone() });
        }
        let mut limits = given.manifest.map(Manifest::limits).unwrap_or_default();
        for lower in [given.policy.map(|(_, t)| t.limits), given.grant.map(|g| g.limits)].into_iter().flatten() {
            limits = limits.lowered_by(lower);
        }
        Ok(Self { layers, files: FileRules::new(files), limits })
    }
}

/// Without a policy nothing declares the parameters: a person binds what the rules name, and whoever does it by hand may
/// write a `/`.
fn bindings_by_hand(
    parameters: &BTreeMap<String, String>,
    manifest: Option<&Manifest>,
    grant: Option<&Grant>,
) -> Result<Bindings, Vec<Diagnostic>> {
    let layers: [Option<(&Source, &Rules)>; 2] =
        [manifest.map(|m| (&m.source, &m.rules)), grant.map(|g| (&g.source, &g.rules))];
    let mut known = BTreeSet::new();
    for (source, rules) in layers.into_iter().flatten() {
        rules.parameters(source, |name, _| {
            known.insert(name.to_owned());
        });
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Some(unknown) = parameters.keys().find(|name| !known.contains(&name.as_str())) {
        let source = layers.into_iter().flatten().map(|(source, _)| source.clone()).next().unwrap_or_default();
        let message = format!("no rule has a parameter `{}`", unknown.escape_debug());
        return Err(vec![Diagnostic::new(&source, 0..0, message).with_help(did_you_mean(unknown, known))]);
    }
    let bind = |(name, text): (&String, &String)| (name.clone(), Binding { text: text.clone(), slash_ok: true });
    Ok(parameters.iter().map(bind).collect::<BTreeMap<_, _>>())
}

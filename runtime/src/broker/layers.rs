//! What decides in a task: the policy that holds now, the one that it was opened under, and every grant above it.
use std::sync::Arc;

use toolward_manifests::{Limits, TaskTerms};

use super::Broker;
use crate::failure::{Exit, Failure};
use crate::installation::{Given, Installation, Terms};
use crate::notice::Notice;
use crate::policy::Loaded;
use crate::scope_digest::ScopeDigest;
use crate::state::Moment;
use crate::state::tasks::{NewTask, Task, Tasks};
use crate::tool::Tool;

/// A task with those above it, and what they bring to a scope.
pub(crate) struct Layers {
    pub(crate) above: Vec<Task>,
    pub(crate) terms: Terms,
    /// The digests of the policies that decide, the newest first, as a record names them.
    pub(crate) policies: Arc<str>,
    /// What the policy that holds now lets such a task have, where it is not the one that the task was opened under.
    pub(crate) changed: Option<TaskTerms>,
}

impl Layers {
    /// All that decides about a tool in a task, as one number: manifest, policies, grants, parameters, mounts and limits.
    pub(crate) fn digest(&self, task: &Task, tool: &Tool, now: &Installation, limits: &Limits) -> ScopeDigest {
        let Terms { kind, parameters, grants, older } = &self.terms;
        let number = |count: usize| count.to_le_bytes().to_vec();
        let mut parts: Vec<Vec<u8>> = vec![tool.source.text.clone().into_bytes(), now.loaded.sha256().to_vec()];
        parts.push(older.as_ref().map(|older| older.sha256().to_vec()).unwrap_or_default());
        parts.push(kind.clone().into_bytes());
        // Of each list its length comes first, so that no element passes for one of the next list.
        parts.push(number(grants.len()));
        parts.extend(
            grants.iter().flat_map(|grant| [&grant.task, &grant.text.text]).map(|text| text.clone().into_bytes()),
        );
        parts.push(number(parameters.len()));
        parts.extend(parameters.iter().flat_map(|(name, value)| [name, value]).map(|text| text.clone().into_bytes()));
        parts.push(number(task.opening.mounts.len()));
        for mount in &task.opening.mounts {
            parts.push(mount.guest.clone().into_bytes());
            parts.push(mount.host.as_os_str().as_encoded_bytes().to_vec());
            parts.push(format!("{} {} {}", mount.dev, mount.ino, mount.read_only).into_bytes());
        }
        // Numbers alone, each with its name.
        parts.push(format!("{limits:?}").into_bytes());
        ScopeDigest::of(parts)
    }
}

impl Broker {
    /// What decides in a task beside a tool's manifest.
    ///
    /// # Errors
    /// Where the store cannot be read, or the policy that the task was opened under is not in it.
    pub(crate) fn layers(&self, task: &Task, installation: &Installation) -> Result<Layers, Failure> {
        let above = if task.opening.kin.is_some() { self.state.db.above(task)? } else { Vec::new() };
        // The root's grant first: the order in which they were given.
        let line = || above.iter().rev().chain(std::iter::once(task));
        let grants = line().filter_map(|task| given(&task.opening)).collect();
        let (now, then) = (installation.loaded.sha256(), task.opening.policy_sha256);
        let older = if now == then { None } else { Some(Arc::new(self.policy_of(task)?)) };
        let changed = match &older {
            Some(_) => Some(still_allowed(task, installation)?),
            None => None,
        };
        let policies = match &older {
            None => format!("sha256:{}", hex::encode(now)),
            Some(_) => format!("sha256:{} and, from its opening, sha256:{}", hex::encode(now), hex::encode(then)),
        };
        let opening = &task.opening;
        let terms = Terms { kind: opening.kind.clone(), parameters: opening.parameters.clone(), grants, older };
        Ok(Layers { above, terms, policies: policies.into(), changed })
    }

    /// The policy that a task was opened under, from the store.
    fn policy_of(&self, task: &Task) -> Result<Loaded, Failure> {
        let texts = self.state.db.policy_texts(&task.opening.policy_sha256)?;
        let gone =
            || Failure::internal("the policy that the task was opened under is not kept").help("open a task anew");
        Loaded::parse(texts.ok_or_else(gone)?)
    }
}

/// The grant that a task was given.
pub(super) fn given(opening: &NewTask) -> Option<Given> {
    opening.grant.clone().map(|text| Given { task: opening.id.clone(), text })
}

/// Whether the policy that holds now would still let this agent have this task, and with what.
fn still_allowed(task: &Task, installation: &Installation) -> Result<TaskTerms, Failure> {
    let opening = &task.opening;
    let denied = |why: String| {
        Failure::new(Exit::Denied, format!("the policy has changed: {why}"))
            .help("open a task anew, where that is allowed")
            .notice(Notice::PolicyChanged)
    };
    let agent = opening.agent.as_deref().unwrap_or_default();
    let mounts = opening.mounts.iter().map(|mount| (mount.guest.clone(), mount.read_only)).collect();
    let terms = installation.policy().task_terms(agent, &opening.kind, None, &mounts, &opening.parameters);
    let terms = terms.map_err(|refused| denied(refused.why))?;
    let longest = installation.policy().types().find(|(name, _)| *name == opening.kind).map(|(_, found)| found.ttl());
    if longest.is_some_and(|longest| Moment::now().since(&opening.opened) >= longest) {
        return Err(denied("a task of this type lives no longer than this one has".to_owned()));
    }
    Ok(terms)
}

//! What a task is asked for, and whether the policy lets this agent have it.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toolward_host_fns::files::MountMode;
use toolward_manifests::TaskTerms;

use super::mounts::MountArg;
use crate::failure::{Exit, Failure};
use crate::installation::Installation;

/// A host directory, all links resolved, for one guest path.
#[derive(Debug, Clone)]
pub(super) struct MountAsked {
    pub(super) host: PathBuf,
    pub(super) read_only: bool,
}

/// The mounts by guest path.
pub(super) fn asked(mounts: &[MountArg]) -> Result<BTreeMap<String, MountAsked>, Failure> {
    let ask = |mount: &MountArg| {
        let host = mount.host.canonicalize();
        let host = host.map_err(|error| Failure::usage(format!("`{}`: {error}", mount.host.display())))?;
        Ok((mount.guest.to_string(), MountAsked { host, read_only: mount.mode == MountMode::ReadOnly }))
    };
    mounts.iter().map(ask).collect()
}

/// Asks the policy.
pub(super) fn check(
    installation: &Installation,
    agent: &str,
    kind: &str,
    ttl: Option<Duration>,
    mounts: &BTreeMap<String, MountAsked>,
    parameters: &BTreeMap<String, String>,
) -> Result<TaskTerms, Failure> {
    let read_only = mounts.iter().map(|(guest, mount)| (guest.clone(), mount.read_only)).collect();
    let terms = installation.policy.check_task(agent, kind, ttl, &read_only, parameters).map_err(denied)?;
    Ok(terms)
}

fn denied(message: String) -> Failure {
    Failure::new(Exit::Denied, message).help("the policy says which agent may open which type of task, and how")
}

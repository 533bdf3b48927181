//! What a task is asked for, and whether the policy lets this agent have it.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toolward_host_fns::files::{MountMode, Mounts};
use toolward_manifests::TaskTerms;

use crate::failure::{Exit, Failure};
use crate::installation::Installation;

const HELP: &str = "the policy says which agent may open which type of task, and with what";

/// Asks the policy, and sees that each mount lies where the policy lets it lie.
pub(super) fn check(
    installation: &Installation,
    agent: &str,
    kind: &str,
    ttl: Option<Duration>,
    mounts: &Mounts,
    parameters: &BTreeMap<String, String>,
) -> Result<TaskTerms, Failure> {
    let read_only = |mode| mode == MountMode::ReadOnly;
    let asked = mounts.iter().map(|mount| (mount.guest().to_string(), read_only(mount.mode()))).collect();
    let denied = |message: String| Failure::new(Exit::Denied, message).help(HELP);
    let terms = installation.policy.check_task(agent, kind, ttl, &asked, parameters).map_err(denied)?;
    for mount in mounts.iter() {
        let guest = mount.guest().to_string();
        let Some(declared) = terms.mounts.get(&guest) else { return Err(denied(format!("no mount `{guest}`"))) };
        let under = resolve(&declared.under, &installation.config.policy)?;
        if !mount.lies_beneath(&under).map_err(|error| Failure::usage(error.to_string()))? {
            return Err(denied(format!("what is mounted at `{guest}` does not lie in `{}`", under.display())));
        }
    }
    Ok(terms)
}

/// A host directory as a policy writes it: absolute, below `~/`, or relative to the policy's folder.
fn resolve(under: &str, policy: &Path) -> Result<PathBuf, Failure> {
    if let Some(rest) = under.strip_prefix("~/") {
        let home = std::env::var_os("HOME").ok_or_else(|| Failure::usage("`~` means nothing: HOME is not set"))?;
        return Ok(PathBuf::from(home).join(rest));
    }
    Ok(policy.parent().unwrap_or(Path::new("/")).join(under))
}

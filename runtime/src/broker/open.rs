//! Opening a task: what the policy lets this agent have, and its handle.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::{Budget, Grant, Source, TaskTerms};

use super::{Broker, over};
use crate::audit::Mode;
use crate::failure::{Exit, Failure};
use crate::identity;
use crate::installation::{Installation, Terms};
use crate::state::agents::Agents;
use crate::state::tasks::{self, Handle, Mount as Kept, NewTask, Opened, RefusedOpening, Tasks};
use crate::state::{Moment, Time, fresh_id, size_text};
use crate::tool::unloadable;

/// The longest grant, in bytes: as many rules as anybody reads.
const MAX_GRANT_BYTES: usize = 256 << 10;
/// The longest name of one, in bytes, as file systems have it.
const MAX_GRANT_NAME: usize = 255;

const HELP: &str = "the policy says which agent may open which type of task, and with what";

/// What task is wanted.
#[derive(Debug)]
pub struct OpenRequest {
    /// Who acts.
    pub agent: String,
    /// By whose authority it is opened, as the records say it.
    pub opened_by: String,
    /// The type of task.
    pub kind: String,
    /// How long it shall live.
    pub ttl: Option<Duration>,
    /// Its mounts, opened, and where each lay on the host.
    pub mounts: Mounts,
    /// The host's names of the mounts, in their order.
    pub hosts: Vec<PathBuf>,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its grant.
    pub grant: Option<Source>,
}

/// A task that was opened.
#[derive(Debug)]
pub struct OpenedTask {
    /// `t_…`
    pub id: String,
    /// What proves that somebody works on it.
    pub handle: Handle,
    /// When it ends by itself.
    pub expires: Time,
}

impl Broker {
    /// Opens a task.
    ///
    /// # Errors
    /// Where the policy does not let this agent have it.
    pub fn open(&self, request: OpenRequest) -> Result<OpenedTask, Failure> {
        let (agent, kind) = (request.agent.clone(), request.kind.clone());
        self.try_open(request).inspect_err(|failure| self.opening_refused(&agent, &kind, None, failure))
    }

    /// Records that an opening was refused. That this fails does not open anything.
    pub(crate) fn opening_refused(&self, agent: &str, kind: &str, parent: Option<&str>, failure: &Failure) {
        if !matches!(failure.exit, Exit::Denied | Exit::Limit) {
            return;
        }
        let in_store = || self.state.db.agent(agent).is_ok_and(|found| found.is_some());
        let in_policy =
            || self.load().is_ok_and(|installation| installation.policy().agents().any(|name| name == agent));
        // Who is not in a service's store cannot have proved who it is.
        let known = parent.is_some() || in_store() || (self.mode == Mode::SingleUser && in_policy());
        let refused = RefusedOpening { agent: known.then_some(agent), kind, parent, why: &failure.message };
        if let Err(error) = self.state.db.note_refused_opening(&refused, Time::now()) {
            tracing::error!(%error, "that an opening was refused could not be recorded");
        }
    }

    fn try_open(&self, request: OpenRequest) -> Result<OpenedTask, Failure> {
        let installation = self.installation()?;
        self.has_room(&installation)?;
        let OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant } = request;
        let terms = check(&installation, &agent, &kind, ttl, &mounts, &parameters)?;
        let granted = budget_of(grant.as_ref())?;
        // Everything that a call will need is built once now, so that a wrong grant is found here.
        let grants = grant.iter().cloned().collect();
        installation.scope(None, &Terms { kind: kind.clone(), parameters: parameters.clone(), grants, older: None })?;
        let budget = terms.budget.lowered_by(granted);
        let (now, handle) = (Moment::now(), Handle::fresh()?);
        let task = NewTask {
            id: fresh_id("t_")?,
            handle: handle.digest(),
            kin: None,
            owner: identity::owner(&self.state.db, &agent, installation.policy().owner(&agent))?,
            agent: Some(agent),
            opened_by,
            kind,
            policy: installation.config.policy.clone(),
            policy_sha256: installation.loaded.sha256(),
            grant,
            parameters,
            mounts: kept(&mounts, &hosts, &terms),
            expires: now.wall + terms.ttl,
            opened: now,
            budget,
        };
        let texts = installation.loaded.texts.clone();
        let terms =
            tasks::Terms { texts, open: terms.open_tasks, per_hour: terms.tasks_per_hour, per_day: terms.per_day };
        opened(self.state.db.create(&task, &terms)?, &task)?;
        Ok(OpenedTask { id: task.id, handle, expires: task.expires })
    }
}

/// Asks the policy, and sees that each mount lies where the policy lets it lie.
///
/// # Errors
/// Where it does not let this agent have such a task.
pub(crate) fn check(
    installation: &Installation,
    agent: &str,
    kind: &str,
    ttl: Option<Duration>,
    mounts: &Mounts,
    parameters: &BTreeMap<String, String>,
) -> Result<TaskTerms, Failure> {
    let read_only = |mode| mode == MountMode::ReadOnly;
    let asked = mounts.iter().map(|mount| (mount.guest().to_string(), read_only(mount.mode()))).collect();
    let terms = installation.policy().check_task(agent, kind, ttl, &asked, parameters).map_err(denied)?;
    for mount in mounts.iter() {
        let guest = mount.guest().to_string();
        let Some(declared) = terms.mounts.get(&guest) else { return Err(denied(format!("no mount `{guest}`"))) };
        beneath(mount, &guest, &declared.under, &installation.config.policy)?;
    }
    Ok(terms)
}

/// Sees that a mount lies in one of these directories, by inode: whatever the names are.
pub(super) fn beneath(mount: &Mount, guest: &str, under: &[String], policy: &Path) -> Result<(), Failure> {
    let mut failed = None;
    for under in under {
        match mount.lies_beneath(&resolve(under, policy)?) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Err(denied(format!("what is mounted at `{guest}` does not lie in `{}`", under.join("` or `")))),
    }
}

fn denied(message: String) -> Failure {
    Failure::new(Exit::Denied, message).help(HELP)
}

/// A host directory as a policy writes it: absolute, below `~/`, or relative to the policy's folder.
fn resolve(under: &str, policy: &Path) -> Result<PathBuf, Failure> {
    if let Some(rest) = under.strip_prefix("~/") {
        let home = std::env::var_os("HOME").ok_or_else(|| Failure::usage("`~` means nothing: HOME is not set"))?;
        return Ok(PathBuf::from(home).join(rest));
    }
    Ok(policy.parent().unwrap_or(Path::new("/")).join(under))
}

/// What a grant lets a task use up.
pub(super) fn budget_of(grant: Option<&Source>) -> Result<Budget, Failure> {
    let Some(source) = grant else { return Ok(Budget::default()) };
    // It is kept with the task.
    if source.text.len() > MAX_GRANT_BYTES || source.name.len() > MAX_GRANT_NAME {
        let message = format!("a grant has at most {} KiB and a name of {MAX_GRANT_NAME} bytes", MAX_GRANT_BYTES >> 10);
        return Err(Failure::usage(message).help("what holds for many tasks belongs into the policy"));
    }
    Grant::parse(source).map(|grant| grant.budget()).map_err(|diagnostics| unloadable(&diagnostics, source))
}

/// The mounts as the task keeps them: where the policy says read-only they are, whatever was asked for.
fn kept(mounts: &Mounts, hosts: &[PathBuf], terms: &TaskTerms) -> Vec<Kept> {
    let keep = |(mount, host): (&Mount, &PathBuf)| {
        let (guest, (dev, ino)) = (mount.guest().to_string(), mount.identity());
        // Not to be found here would be a mistake of ours: then nothing is written through it.
        let read_only = terms.mounts.get(&guest).is_none_or(|mount| mount.read_only);
        Kept { guest, host: host.clone(), dev, ino, read_only }
    };
    mounts.iter().zip(hosts).map(keep).collect()
}

/// Whether the store has kept it.
pub(super) fn opened(opened: Opened, task: &NewTask) -> Result<(), Failure> {
    let agent = task.agent.as_deref().unwrap_or_default();
    let limit =
        |message: String| Err(Failure::new(Exit::Limit, message).help("close one that is done: `toolward task close`"));
    match opened {
        Opened::Yes => Ok(()),
        Opened::Revoked => Err(denied(format!("the agent `{agent}` was revoked"))),
        Opened::TooMany(most) => {
            limit(format!("the agent `{agent}` holds {most} tasks of type `{}`, and no more may be open", task.kind))
        }
        Opened::TooOften(most) => limit(format!(
            "the agent `{agent}` has opened {most} tasks of type `{}` within an hour, and no more may be",
            task.kind
        )),
        Opened::TreeFull(most) => limit(format!("there are {most} tasks in this tree, and no more may be")),
        Opened::LogFull(most) => {
            let message = format!(
                "what is kept of the tasks and calls of the agent `{agent}` has reached {} today",
                size_text(most)
            );
            Err(Failure::new(Exit::Limit, message)
                .help("`budget_per_day.log` in the policy's type says how much it may be"))
        }
        Opened::ParentOver(life) => Err(over(life)),
    }
}

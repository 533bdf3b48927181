//! Opening a task: what the policy lets this agent have, and its handle.
use std::collections::BTreeMap;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::unit::size_text;
use toolward_manifests::{Budget, Grant, Refused, RefusedPart, Source, TaskTerms};

use super::held::Room;
use super::passed::open_root;
use super::{Broker, over};
use crate::audit::Mode;
use crate::failure::{Exit, Failure};
use crate::identity::{self, OpenedBy};
use crate::installation::{Given, Installation, Terms};
use crate::mountinfo;
use crate::notice::{Notice, Part};
use crate::state::agents::Agents;
use crate::state::tasks::{self, Handle, Mount as Kept, NewTask, Opened, RefusedOpening, Tasks};
use crate::state::{Moment, Time, fresh_id};
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
    /// The mounts' descriptors in their order, where a broker has to hold them open; else none.
    pub held: Vec<OwnedFd>,
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
    /// Guest paths at which another file system is mounted on the host: the task cannot enter them.
    pub unreachable: Vec<String>,
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
            || self.installation().is_ok_and(|installation| installation.policy().agents().any(|name| name == agent));
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
        let OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant, held } = request;
        let quotas = installation.config.quotas;
        let terms = check(&installation, &agent, &kind, ttl, &mounts, &parameters)?;
        // The grant is the agent's own text: what is wrong with it alone is told with its line.
        let budget = terms.budget.lowered_by(budget_of(grant.as_ref())?);
        // Everything that a call will need is built once now, so that a wrong grant is found here.
        let grants = grant.iter().map(|text| Given { task: String::new(), text: text.clone() }).collect();
        let scope = Terms { kind: kind.clone(), parameters: parameters.clone(), grants, older: None };
        installation.scope(None, &scope).map_err(|failure| failure.or_notice(Notice::UnfitGrant))?;
        let room = self.room_for(&agent, held.len(), quotas.directories)?;
        // An operator opens as many tasks as it likes.
        let own = opened_by != OpenedBy::Operator.to_string();
        let quota = |quota: u32| own.then_some(quota);
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
        let terms = tasks::Terms {
            texts,
            open: terms.open_tasks.or(quota(quotas.open_tasks)),
            per_hour: terms.tasks_per_hour.or(quota(quotas.tasks_per_hour)),
            per_day: terms.per_day,
        };
        opened(self.state.db.create(&task, &terms)?, &task)?;
        room.hold(&task.id, held);
        Ok(OpenedTask { id: task.id, handle, expires: task.expires, unreachable: unreachable(&mounts)? })
    }

    /// Room for the mounts of a task. What ended tasks still hold is let go of first, where there is none.
    fn room_for(&self, agent: &str, count: usize, most: usize) -> Result<Room, Failure> {
        self.held.room(agent, count, most).or_else(|_| {
            self.release_ended();
            self.held.room(agent, count, most)
        })
    }
}

/// The guest paths below the mounts where the host has mounted another file system, and no mount of the task covers it.
fn unreachable(mounts: &Mounts) -> Result<Vec<String>, Failure> {
    /// As many are told of.
    const MOST: usize = 100;
    let place = |mount: &Mount| mount.host().canonicalize().ok();
    let places: Vec<(String, Option<PathBuf>)> =
        mounts.iter().map(|mount| (mount.guest().to_string(), place(mount))).collect();
    let mut found = Vec::new();
    for (guest, host) in &places {
        let Some(host) = host else { continue };
        for below in mountinfo::below(host)? {
            let is_own = |(_, other): &(String, Option<PathBuf>)| {
                other.as_ref().is_some_and(|other| other != host && other.starts_with(host) && below.starts_with(other))
            };
            if let Some(rest) = below.strip_prefix(host).ok().and_then(Path::to_str)
                && !places.iter().any(is_own)
            {
                found.push(format!("{}/{rest}", guest.trim_end_matches('/')));
            }
        }
    }
    found.sort();
    found.dedup();
    found.truncate(MOST);
    Ok(found)
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
    let terms = installation.policy().task_terms(agent, kind, ttl, &asked, parameters).map_err(refused)?;
    for mount in mounts.iter() {
        let guest = mount.guest().to_string();
        let told = Notice::NotAllowed(Part::Mount(guest.clone()));
        let declared =
            terms.mounts.get(&guest).ok_or_else(|| denied(format!("no mount `{guest}`")).notice(told.clone()))?;
        let lies = beneath(mount, &guest, &declared.under, &installation.config.policy);
        lies.map_err(|failure| failure.or_notice(told))?;
    }
    Ok(terms)
}

/// Sees that a mount lies in one of these directories, by inode: whatever the names are.
pub(super) fn beneath(mount: &Mount, guest: &str, under: &[String], policy: &Path) -> Result<(), Failure> {
    let mut failed = None;
    for under in under {
        // By its descriptor: what a name leads to may be another's to say.
        let lies = resolve(under, policy)
            .and_then(|under| open_root(&under))
            .and_then(|root| Ok(mount.lies_beneath(Path::new(&format!("/proc/self/fd/{}", root.as_raw_fd())))?));
        match lies {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(failure) => failed = Some(failure),
        }
    }
    match failed {
        Some(failure) => Err(failure),
        None => Err(denied(format!("what is mounted at `{guest}` does not lie in `{}`", under.join("` or `")))),
    }
}

pub(super) fn denied(message: String) -> Failure {
    Failure::new(Exit::Denied, message).help(HELP)
}

pub(super) fn refused(refused: Refused) -> Failure {
    let part = match refused.part {
        RefusedPart::Type => Part::Type,
        RefusedPart::Ttl => Part::Ttl,
        RefusedPart::Parameters => Part::Parameters,
        RefusedPart::Mount(guest) => Part::Mount(guest),
    };
    denied(refused.why).notice(Notice::NotAllowed(part))
}

/// A host directory as a policy writes it: absolute, below `~/`, or relative to the policy's folder.
pub(super) fn resolve(under: &str, policy: &Path) -> Result<PathBuf, Failure> {
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
        let failure = Failure::usage(message.clone()).notice(Notice::BadGrant(message, None));
        return Err(failure.help("what holds for many tasks belongs into the policy"));
    }
    Grant::parse(source).map(|grant| grant.budget()).map_err(|diagnostics| {
        let failure = unloadable(&diagnostics, source);
        let (message, detail) = (failure.message.clone(), failure.detail.clone());
        failure.notice(Notice::BadGrant(message, detail))
    })
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
    let limit = |message: String, notice: Notice| {
        Err(Failure::new(Exit::Limit, message).help("close one that is done: `toolward task close`").notice(notice))
    };
    match opened {
        Opened::Yes => Ok(()),
        Opened::Revoked => {
            Err(denied(format!("the agent `{agent}` was revoked")).notice(Notice::AgentRevoked(agent.to_owned())))
        }
        Opened::TooMany(most) => limit(
            format!("the agent `{agent}` holds {most} tasks of type `{}`, and no more may be open", task.kind),
            Notice::TooManyTasks,
        ),
        Opened::TooOften(most) => limit(
            format!(
                "the agent `{agent}` has opened {most} tasks of type `{}` within an hour, and no more may be",
                task.kind
            ),
            Notice::TooManyOpenings,
        ),
        Opened::TreeFull(most) => {
            limit(format!("there are {most} tasks in this tree, and no more may be"), Notice::TreeFull)
        }
        Opened::LogFull(most) => {
            let message = format!(
                "what is kept of the tasks and calls of the agent `{agent}` has reached {} today",
                size_text(most)
            );
            Err(Failure::new(Exit::Limit, message)
                .help("`budget_per_day.log` in the policy's type says how much it may be")
                .notice(Notice::LogFull))
        }
        Opened::ParentOver(life) => Err(over(life)),
    }
}

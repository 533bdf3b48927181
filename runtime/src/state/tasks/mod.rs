//! Tasks: what one agent was given to do, until when, and how much of it is used up.
//!
//! A task that was narrowed has children. The tree shares what it did before (uses of counted rules, calls that rules ask
//! about, taint), kept under its root; and what a child uses up is used up of every task above it.
mod budget;
mod end;
mod expire;
mod handle;
mod life;
mod open;
mod past;
mod refused;
mod reserve;
mod rows;
mod store;

pub(crate) use budget::{draw, give_back};
pub(super) use end::revoke_all_of;
pub(crate) use past::supply;
pub use refused::RefusedOpening;
pub(crate) use refused::is_first_unrecorded;
pub(crate) use store::life;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use toolward_manifests::{Budget, Source};

pub use budget::{Holder, Spending, Unspent};
pub use handle::{Handle, HandleDigest};
pub use life::{End, Life};
pub use open::{Opened, Terms};
pub use past::{IsCurrent, Past, SeenValue, Supplied};
pub use reserve::{Reservation, Wanted};
pub use store::Tasks;

use super::{Error, Moment, Time};

/// A host directory at a guest path, as it was when the task was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Where the guest sees it.
    pub guest: String,
    /// Where it lay on the host. Nothing is found by this name again unless device and inode agree.
    pub host: PathBuf,
    /// The device of the directory.
    pub dev: u64,
    /// The inode of the directory.
    pub ino: u64,
    /// Whether nothing may be changed through it, whatever the rules say.
    pub read_only: bool,
}

/// A task's place in its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    /// The task that it was narrowed from.
    pub parent: String,
    /// The first of the tree.
    pub root: String,
    /// How many stand above it.
    pub depth: u32,
}

/// A task as it is when it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// `t_…`, from [`super::fresh_id`].
    pub id: String,
    /// SHA-256 of the handle.
    pub handle: HandleDigest,
    /// Where it was narrowed from; `None` for the first of a tree.
    pub kin: Option<Kin>,
    /// Who acts.
    pub agent: Option<String>,
    /// Whose agent it is.
    pub owner: Option<String>,
    /// By whose authority it was opened: `operator`, or `agent` and the key that proved it.
    pub opened_by: String,
    /// The type of task, a name of the policy's.
    pub kind: String,
    /// The policy's file.
    pub policy: PathBuf,
    /// The digest of the policy's texts when the task was opened.
    pub policy_sha256: [u8; 32],
    /// Its own grant, where one was given; those of the tasks above it bind it too.
    pub grant: Option<Source>,
    /// The task's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The task's mounts.
    pub mounts: Vec<Mount>,
    /// When it was opened.
    pub opened: Moment,
    /// When it ends by itself.
    pub expires: Time,
    /// What it may use up.
    pub budget: Budget,
}

/// A task as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it was opened with.
    pub opening: NewTask,
    /// How many calls it made.
    pub calls_used: u64,
    /// How it was ended, and when.
    pub ended: Option<(End, Time)>,
}

impl Task {
    /// Where the task stands at a moment.
    #[must_use]
    pub fn life(&self, now: &Moment) -> Life {
        Life::at(self.ended.map(|(end, _)| end), &self.opening.opened, self.opening.expires, now)
    }

    /// How long it still lives, if nobody ends it.
    #[must_use]
    pub fn left(&self, now: &Moment) -> Duration {
        let whole = self.opening.expires.since(self.opening.opened.wall);
        let by_clock = self.opening.expires.since(now.wall);
        whole.saturating_sub(now.since(&self.opening.opened)).min(by_clock)
    }

    /// The first of its tree: what the tree did before is kept under this name.
    #[must_use]
    pub fn root(&self) -> &str {
        self.opening.kin.as_ref().map_or(&self.opening.id, |kin| &kin.root)
    }
}

//! Tasks: what one agent was given to do, until when, and how much of it is used up.
mod handle;
mod life;
mod rows;
mod store;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use toolward_manifests::Source;
use toolward_manifests::scope::{History, RuleId};

pub use handle::{Handle, HandleDigest};
pub use life::{End, Life};

use super::{Error, Time};

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

/// A task as it is when it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// `t_…`, from [`super::fresh_id`].
    pub id: String,
    /// SHA-256 of the handle.
    pub handle: HandleDigest,
    /// Who acts.
    pub agent: Option<String>,
    /// Whose agent it is.
    pub owner: Option<String>,
    /// The type of task, a name of the policy's.
    pub kind: String,
    /// The policy's file.
    pub policy: PathBuf,
    /// SHA-256 of the policy's text when the task was opened.
    pub policy_sha256: [u8; 32],
    /// The grant, where one was given.
    pub grant: Option<Source>,
    /// The task's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The task's mounts.
    pub mounts: Vec<Mount>,
    /// When it was opened.
    pub opened: Time,
    /// When it ends by itself.
    pub expires: Time,
    /// How many calls it may make.
    pub budget_calls: Option<u64>,
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
    /// Where the task stands at a time.
    #[must_use]
    pub fn life(&self, now: Time) -> Life {
        Life::at(self.ended.map(|(end, _)| end), self.opening.expires, now)
    }
}

/// What came of asking for one more call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// The call counts as made: it is the `calls`th of the task.
    Made {
        /// Calls of the task, this one with them.
        calls: u64,
    },
    /// Nothing was counted: the budget is spent.
    Spent {
        /// The budget.
        budget: u64,
    },
    /// Nothing was counted: another call used a counted rule since the history was read. Decide again.
    Stale,
    /// Nothing was counted: the task is no longer open.
    Ended(Life),
}

/// The tasks of an installation.
pub trait Tasks {
    /// Keeps a new task.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn create(&self, task: &NewTask) -> Result<(), Error>;

    /// The task that a handle proves, whatever its state.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn by_handle(&self, handle: &HandleDigest) -> Result<Option<Task>, Error>;

    /// The task of an identifier.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn by_id(&self, id: &str) -> Result<Option<Task>, Error>;

    /// All tasks, the newest first.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn list(&self) -> Result<Vec<Task>, Error>;

    /// Ends a task and answers where it stands: one that was over before stays as it ended. `None`: no such task.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn end(&self, id: &str, end: End, now: Time) -> Result<Option<Life>, Error>;

    /// How often each counted rule was used in a task.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn history(&self, id: &str) -> Result<History, Error>;

    /// Counts one call against the budget, and against each counted rule: both or neither. `decided_on` is the history
    /// that the verdict was reached with.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written; the call must not happen.
    fn reserve_call(&self, id: &str, counted: &[RuleId], decided_on: &History, now: Time)
    -> Result<Reservation, Error>;
}

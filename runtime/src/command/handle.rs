//! `--task HANDLE`: the proof that the caller works on a task.
use sha2::{Digest as _, Sha256};

use crate::failure::{Exit, Failure};
use crate::installation::Installation;
use crate::state::tasks::{Handle, Life, Task, Tasks};
use crate::state::{State, Time};

#[derive(Debug, clap::Args)]
pub(super) struct TaskArg {
    /// The task's handle, or `@FILE`; better by the variable `TOOLWARD_TASK`, since arguments are public on a host.
    #[arg(long = "task", value_name = "HANDLE", env = "TOOLWARD_TASK", hide_env_values = true)]
    pub(super) handle: Option<String>,
}

impl TaskArg {
    /// The open task that the handle proves.
    pub(super) fn open(&self, state: &State) -> Result<Task, Failure> {
        let named = self.handle.as_deref().ok_or_else(|| {
            Failure::usage("no task is named")
                .help("`toolward task open` prints a handle; give it by `TOOLWARD_TASK` or `--task @FILE`")
        })?;
        let text = match named.strip_prefix('@') {
            None => named.to_owned(),
            Some(file) => {
                std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("`{file}`: {error}")))?
            }
        };
        // A handle is a secret: it is not repeated.
        let unknown = || {
            Failure::new(Exit::Denied, "no task has this handle").help("a handle is what `toolward task open` prints")
        };
        let handle = Handle::parse(&text).ok_or_else(unknown)?;
        let task = state.db.by_handle(&handle.digest())?.ok_or_else(unknown)?;
        match task.life(Time::now()) {
            Life::Open => Ok(task),
            over_now => Err(over(over_now)),
        }
    }
}

/// A task that is no longer open.
pub(super) fn over(life: Life) -> Failure {
    let how = match life {
        Life::Open => "cannot take this call",
        Life::Expired => "has expired",
        Life::Closed => "was closed",
        Life::Revoked => "was revoked",
    };
    Failure::new(Exit::Denied, format!("the task {how}")).help("open another with `toolward task open`")
}

/// Whether the policy is the one that the task was opened under. This version does not decide by two policies at once, so
/// a task does not outlive a change of its policy.
pub(super) fn same_policy(task: &Task, installation: &Installation) -> Result<(), Failure> {
    if Sha256::digest(&installation.source.text).as_slice() == task.opening.policy_sha256 {
        return Ok(());
    }
    Err(Failure::new(Exit::Denied, "the policy has changed since the task was opened").help("open a task anew"))
}

//! `toolward task close`: its holder is done with it.
use super::find;
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::state::Time;
use crate::state::tasks::{End, Tasks};

/// Which task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task; without it, the one whose handle is in `TOOLWARD_TASK`
    #[arg(value_name = "t_…")]
    task: Option<String>,
}

/// Closes it: no call can be made with its handle from here on.
///
/// # Errors
/// [`Failure`] where there is no such task, or the store cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    end(args.task.as_deref(), End::Closed, cx)
}

/// Ends a task and says where it stands: one that was over before stays as it ended.
pub(super) fn end(named: Option<&str>, end: End, cx: &Context) -> Result<Exit, Failure> {
    let state = cx.open_state()?;
    let id = find(&state.db, named)?.opening.id;
    let life = state.db.end(&id, end, Time::now())?;
    let life = life.ok_or_else(|| Failure::internal(format!("the task `{id}` is gone")))?.to_string();
    cx.print(&serde_json::json!({ "task": id, "state": life }), format!("{id} is {life}"))?;
    Ok(Exit::Done)
}

//! `toolward task close`: its holder is done with it.
use super::{find, own_handle};
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::protocol::Request;
use crate::state::tasks::End;

/// Which task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task; without it, the one whose handle is in `TOOLWARD_TASK`
    #[arg(value_name = "t_…")]
    task: Option<String>,
}

impl Args {
    /// Whether it is about the task whose handle the caller has.
    pub(super) fn is_own(&self) -> bool {
        self.task.is_none()
    }
}

/// Closes it: no call can be made with its handle from here on.
///
/// # Errors
/// [`Failure`] where there is no such task, or the store cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    if let Some(mut client) = cx.client()? {
        return cx.print_said(client.ask(&Request::Close { handle: own_handle()? })?);
    }
    end(args.task.as_deref(), End::Closed, cx)
}

/// Ends a task and says where it stands: one that was over before stays as it ended.
pub(super) fn end(named: Option<&str>, end: End, cx: &Context) -> Result<Exit, Failure> {
    let broker = cx.broker()?;
    let task = find(&broker.state.db, named)?;
    let life = broker.end(&task, end)?.to_string();
    let id = &task.opening.id;
    cx.print(&serde_json::json!({ "task": id, "state": life }), format!("{id} is {life}"))?;
    Ok(Exit::Done)
}

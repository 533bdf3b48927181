//! `toolward task show`: one task.
use super::{find, own_handle, text};
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::protocol::Request;
use crate::state::Moment;
use crate::state::tasks::Tasks;

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

/// Shows it.
///
/// # Errors
/// [`Failure`] where there is no such task, or the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    if let Some(mut client) = cx.client()? {
        return cx.print_said(client.ask(&Request::Show { handle: own_handle()? })?);
    }
    let state = cx.open_state()?;
    let task = find(&state.db, args.task.as_deref())?;
    let spending = state.db.spending(&task.opening.id)?;
    // Who names it by its handle is its holder, not the operator.
    let named_by_id = args.task.as_deref().is_some_and(|named| named.trim() == task.opening.id);
    let (value, people) = match named_by_id {
        true => text::shown(&task, &Moment::now(), &spending),
        false => text::shown_to_its_holder(&task, &Moment::now(), &spending),
    };
    cx.print(&value, people)?;
    Ok(Exit::Done)
}

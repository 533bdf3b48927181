//! `toolward task show`: one task.
use std::io::Write;

use super::{find, text};
use crate::command::{Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::state::Moment;
use crate::state::tasks::Tasks;

/// Which task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task; without it, the one whose handle is in `TOOLWARD_TASK`
    #[arg(value_name = "t_…")]
    task: Option<String>,
}

/// Shows it.
///
/// # Errors
/// [`Failure`] where there is no such task, or the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let state = cx.open_state()?;
    let task = find(&state.db, args.task.as_deref())?;
    let (mut out, now) = (cx.out(), Moment::now());
    let written = if cx.json {
        writeln!(out, "{}", plain::json(&text::json(&task, &now))?)
    } else {
        text::block(&mut out, &task, &now, &state.db.spending(&task.opening.id)?)
    };
    written.map_err(stdout_closed)?;
    Ok(Exit::Done)
}

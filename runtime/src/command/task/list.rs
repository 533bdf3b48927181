//! `toolward task list`: all tasks, the newest first.
use std::io::Write;

use serde_json::Value;

use super::text;
use crate::command::{Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::state::Moment;
use crate::state::tasks::{Life, Tasks};

/// Which tasks.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only tasks that are open
    #[arg(long)]
    open: bool,
}

/// Lists them.
///
/// # Errors
/// [`Failure`] where the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let state = cx.open_state()?;
    let (mut out, now) = (cx.quiet_out(), Moment::now());
    let mut tasks = state.db.list()?;
    tasks.retain(|task| !args.open || task.life(&now) == Life::Open);
    let written = if cx.json {
        let all: Value = tasks.iter().map(|task| text::json(task, &now)).collect();
        writeln!(out, "{}", plain::json(&all)?)
    } else {
        tasks.iter().try_for_each(|task| text::row(&mut out, task, &now))
    };
    written.map_err(stdout_closed)?;
    Ok(Exit::Done)
}

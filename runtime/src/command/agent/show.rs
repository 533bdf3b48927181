//! `toolward agent show`: one agent.
use std::io::Write;

use super::{text, unknown};
use crate::command::{Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::state::Time;
use crate::state::agents::{AgentName, Agents};

/// Which agent.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The agent
    name: AgentName,
}

/// Shows it.
///
/// # Errors
/// [`Failure`] where there is no such agent, or the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let (state, now, name) = (cx.open_state()?, Time::now(), args.name.as_str());
    let agent = state.db.agent(name)?.ok_or_else(|| unknown(name))?;
    let open = state.db.open_tasks_of(name, now)?;
    let mut out = cx.quiet_out();
    let written = if cx.json {
        writeln!(out, "{}", plain::json(&text::json(&agent, open, now))?)
    } else {
        text::block(&mut out, &agent, open, now)
    };
    written.map_err(stdout_closed)?;
    Ok(Exit::Done)
}

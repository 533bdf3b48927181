//! `toolward agent list`: all agents, by name.
use std::io::Write;

use serde_json::Value;

use super::text;
use crate::command::{Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::state::Time;
use crate::state::agents::Agents;

/// Nothing to say.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Lists them.
///
/// # Errors
/// [`Failure`] where the store cannot be read.
pub(super) fn run(_args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let (state, now) = (cx.open_state()?, Time::now());
    let mut all = Vec::new();
    for agent in state.db.agents()? {
        let open = state.db.open_tasks_of(&agent.name, now)?;
        all.push((agent, open));
    }
    let mut out = cx.quiet_out();
    let written = if cx.json {
        let all: Value = all.iter().map(|(agent, open)| text::json(agent, *open, now)).collect();
        writeln!(out, "{}", plain::json(&all)?)
    } else {
        all.iter().try_for_each(|(agent, open)| text::row(&mut out, agent, *open))
    };
    written.map_err(stdout_closed)?;
    Ok(Exit::Done)
}

//! `toolward agent revoke`: the operator takes an agent's authority away, and leaves every other agent alone.
use serde_json::json;

use super::unknown;
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::installation::Installation;
use crate::state::agents::{AgentName, Agents, Revoked};
use crate::state::tasks::Tasks;
use crate::state::{Moment, State};

/// Which agent.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The agent
    name: AgentName,
}

/// Revokes it: its tasks end at once, it opens none any more, and its name is used up.
///
/// # Errors
/// [`Failure`] where nobody knows such an agent, or the store cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let (state, name) = (cx.open_state()?, args.name.as_str());
    if !is_known(name, &state, cx)? {
        return Err(unknown(name));
    }
    let Revoked { before, tasks } = state.db.revoke_agent(name, &Moment::now())?;
    let ended = match tasks {
        0 => "no task was open".to_owned(),
        1 => "1 task ended".to_owned(),
        more => format!("{more} tasks ended"),
    };
    let people = match before {
        Some(at) => format!("{name} was revoked already, {at}: {ended}"),
        None => format!("{name} is revoked: {ended}"),
    };
    let before = before.map(|at| at.to_string());
    cx.print(&json!({ "agent": name, "revoked_before": before, "tasks_ended": tasks }), people)?;
    Ok(Exit::Done)
}

/// A name that is misspelled must not look revoked. Where the policy does not load, any name may be meant: revoking comes first.
fn is_known(name: &str, state: &State, cx: &Context) -> Result<bool, Failure> {
    let by_policy = || match Installation::load(&cx.home) {
        Ok(installation) => installation.policy().agents().any(|known| known == name),
        Err(_) => true,
    };
    let by_a_task =
        || Ok::<_, Failure>(state.db.list()?.iter().any(|task| task.opening.agent.as_deref() == Some(name)));
    Ok(state.db.agent(name)?.is_some() || by_policy() || by_a_task()?)
}

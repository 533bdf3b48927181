//! `toolward agent rotate`: another key, without a moment in which none holds.
use std::time::Duration;

use serde_json::json;

use super::place::NewKey;
use super::{KeyArgs, key_in_use, text, unknown};
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};
use crate::identity::revoked;
use crate::state::Time;
use crate::state::agents::{AgentName, Agents, Rotated};
use crate::state::private::lock;

/// Which agent.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The agent
    name: AgentName,
    #[command(flatten)]
    key: KeyArgs,
    /// How long the key that it has still holds; `0s`: no longer
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "1h")]
    overlap: Duration,
}

/// Gives it another key and says where its credential is.
///
/// # Errors
/// [`Failure`] where there is no such agent, it was revoked, or its credential cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let (state, name) = (cx.open_state()?, &args.name);
    let agent = state.db.agent(name.as_str())?.ok_or_else(|| unknown(name.as_str()))?;
    if agent.revoked_at.is_some() {
        return Err(revoked(name.as_str()));
    }
    // One at a time: of two at once the file would have one key, and the store may think the other the newer.
    let _alone = lock(cx.home.dir())?;
    let key = NewKey::next(name, &args.key, cx)?;
    let (now, public) = (Time::now(), key.public.to_string());
    let until = now + args.overlap;
    match state.db.rotate(name.as_str(), &key.public, until, now)? {
        Rotated::Yes => {}
        Rotated::NoKey => {
            let none = Failure::usage(format!("the agent `{name}` has no key yet"));
            return Err(none.help("`toolward agent add` gives it one"));
        }
        Rotated::Revoked(_) => return Err(revoked(name.as_str())),
        Rotated::KeyInUse => return Err(key_in_use()),
    }
    let credential = key.keep()?;
    let given = text::given(name.as_str(), &public, credential.as_deref());
    let people = format!("{given}\nbefore      holds until {until}");
    let until = until.to_string();
    let value = json!({ "agent": name.as_str(), "key": public, "credential": credential, "before_holds_until": until });
    cx.print(&value, people)?;
    Ok(Exit::Done)
}

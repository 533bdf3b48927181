//! `toolward agent add`: an agent with an owner and a key of its own.
use std::io::Write;

use serde_json::json;

use super::place::NewKey;
use super::{KeyArgs, key_in_use, policy};
use crate::command::{Context, plain};
use crate::failure::{Exit, Failure};
use crate::identity::revoked;
use crate::state::Time;
use crate::state::agents::{Added, AgentName, Agents};

/// What agent.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its name, as the policy names it
    name: AgentName,
    /// Who answers for it, where the policy does not say
    #[arg(long, value_name = "TEXT")]
    owner: Option<String>,
    #[command(flatten)]
    key: KeyArgs,
}

/// Adds it and says where its credential is.
///
/// # Errors
/// [`Failure`] where it has a key already, was revoked, or its credential cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let (state, name) = (cx.open_state()?, &args.name);
    // Said before a file is looked at: a file that is there would otherwise be the error.
    refuse(
        state.db.agent(name.as_str())?.and_then(|agent| match agent.revoked_at {
            Some(at) => Some(Added::Revoked(at)),
            None => (!agent.keys.is_empty()).then_some(Added::HasKey),
        }),
        name,
    )?;
    let key = NewKey::first(name, &args.key, cx)?;
    let (policy, public) = (policy(cx), key.public.to_string());
    let by_policy = policy.as_ref().and_then(|installation| installation.policy.owner(name.as_str()));
    let owner = args.owner.as_deref().or(by_policy);
    refuse(Some(state.db.add(name.as_str(), owner, &key.public, Time::now())?), name)?;
    let credential = key.keep()?;
    let mut people = format!("agent       {name}\nkey         {public}");
    if let Some(path) = &credential {
        people.push_str(&format!("\ncredential  {}", path.display()));
    }
    cx.print(&json!({ "agent": name.as_str(), "owner": owner, "key": public, "credential": credential }), people)?;
    if let Some(installation) = &policy {
        hint(name, args.owner.as_deref(), by_policy, installation.policy.agents().any(|known| known == name.as_str()));
    }
    Ok(Exit::Done)
}

fn refuse(added: Option<Added>, name: &AgentName) -> Result<(), Failure> {
    match added {
        None | Some(Added::Yes) => Ok(()),
        Some(Added::HasKey) => Err(Failure::usage(format!("the agent `{name}` has a key already"))
            .help("`toolward agent rotate` gives it another")),
        Some(Added::Revoked(_)) => Err(revoked(name.as_str())),
        Some(Added::KeyInUse) => Err(key_in_use()),
    }
}

/// What will surprise later. Where standard error is closed there is nobody to tell.
fn hint(name: &AgentName, asked: Option<&str>, by_policy: Option<&str>, is_named: bool) {
    let say = |text: String| drop(writeln!(std::io::stderr(), "hint: {}", plain::line(&text)));
    if !is_named {
        say(format!("the policy names no agent `{name}`: until it does, it opens no task"));
    }
    if let (Some(asked), Some(by_policy)) = (asked, by_policy)
        && asked != by_policy
    {
        say(format!("the policy says that `{by_policy}` answers for `{name}`: records name whom it says"));
    }
}

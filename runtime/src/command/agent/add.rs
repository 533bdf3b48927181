//! `toolward agent add`: an agent with an owner and a key of its own.
use std::io::Write;

use serde_json::json;

use super::place::NewKey;
use super::{KeyArgs, key_in_use, policy, text};
use crate::command::{Context, plain};
use crate::failure::{Exit, Failure};
use crate::identity::revoked;
use crate::state::Time;
use crate::state::agents::{Added, Agent, AgentName, Agents};

/// What agent.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its name, as the policy names it
    name: AgentName,
    /// Who answers for it, where the policy does not say
    #[arg(long, value_name = "TEXT", value_parser = owner)]
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
    // Asked before its file is looked at, whose being there would else be the error.
    match state.db.agent(name.as_str())? {
        Some(Agent { revoked_at: Some(_), .. }) => return Err(revoked(name.as_str())),
        Some(agent) if !agent.keys.is_empty() => return Err(has_key(name)),
        _ => {}
    }
    let key = NewKey::first(name, &args.key, cx)?;
    let (policy, public) = (policy(cx), key.public.to_string());
    let by_policy = policy.as_ref().and_then(|installation| installation.policy().owner(name.as_str()));
    let owner = args.owner.as_deref().or(by_policy);
    match state.db.add(name.as_str(), owner, &key.public, Time::now())? {
        Added::Yes => {}
        Added::HasKey => return Err(has_key(name)),
        Added::Revoked(_) => return Err(revoked(name.as_str())),
        Added::KeyInUse => return Err(key_in_use()),
    }
    let credential = key.keep()?;
    let people = text::given(name.as_str(), &public, credential.as_deref());
    cx.print(&json!({ "agent": name.as_str(), "owner": owner, "key": public, "credential": credential }), people)?;
    if let Some(installation) = &policy {
        hint(
            name,
            args.owner.as_deref(),
            by_policy,
            installation.policy().agents().any(|known| known == name.as_str()),
        );
    }
    Ok(Exit::Done)
}

fn has_key(name: &AgentName) -> Failure {
    Failure::usage(format!("the agent `{name}` has a key already")).help("`toolward agent rotate` gives it another")
}

/// Somebody, on one line.
fn owner(text: &str) -> Result<String, &'static str> {
    let says = !text.trim().is_empty() && !text.contains(char::is_control);
    says.then(|| text.trim().to_owned()).ok_or("an owner is a text that says who, on one line")
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

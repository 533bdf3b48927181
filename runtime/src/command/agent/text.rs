//! An agent as people and programs read it. The private half of its key is in neither: it is not kept.
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::audit::Shown;
use crate::state::Time;
use crate::state::agents::{Agent, AgentKey};

pub(super) fn json(agent: &Agent, open_tasks: u64, now: Time) -> Value {
    let key = |key: &AgentKey| {
        let (added, until) = (key.added.to_string(), key.until.map(|at| at.to_string()));
        json!({ "key": key.public.to_string(), "added": added, "until": until, "holds": holds(agent, key, now) })
    };
    json!({
        "agent": agent.name,
        "owner": agent.owner,
        "added": agent.added.to_string(),
        "revoked": agent.revoked_at.map(|at| at.to_string()),
        "tainted_until": agent.tainted_until.map(|at| at.to_string()),
        "keys": agent.keys.iter().map(key).collect::<Vec<_>>(),
        "open_tasks": open_tasks,
    })
}

/// What an agent was given.
pub(super) fn given(agent: &str, key: &str, credential: Option<&Path>) -> String {
    let credential = credential.map(|path| format!("\ncredential  {}", path.display())).unwrap_or_default();
    format!("agent       {agent}\nkey         {key}{credential}")
}

pub(super) fn row(out: &mut impl Write, agent: &Agent, open_tasks: u64) -> io::Result<()> {
    let state = match (agent.revoked_at, agent.keys.is_empty()) {
        (Some(_), _) => "revoked",
        (None, true) => "no key",
        (None, false) => "added",
    };
    let owner = Shown(agent.owner.as_deref().unwrap_or("-")).to_string();
    writeln!(out, "{:<16}  {state:<7}  {owner:<24}  open tasks {open_tasks}", Shown(&agent.name).to_string())
}

pub(super) fn block(out: &mut impl Write, agent: &Agent, open_tasks: u64, now: Time) -> io::Result<()> {
    row(out, agent, open_tasks)?;
    writeln!(out, "    added       {}", agent.added)?;
    if let Some(at) = agent.revoked_at {
        writeln!(out, "    revoked     {at}")?;
    }
    if let Some(until) = agent.tainted_until.filter(|until| now < *until) {
        writeln!(out, "    tainted     until {until}")?;
    }
    for key in &agent.keys {
        let standing = match key.until {
            _ if agent.revoked_at.is_some() => "revoked".to_owned(),
            None => format!("since {}", key.added),
            Some(until) if key.holds(now) => format!("until {until}"),
            Some(until) => format!("over since {until}"),
        };
        writeln!(out, "    key         {}  {standing}", key.public)?;
    }
    Ok(())
}

fn holds(agent: &Agent, key: &AgentKey, now: Time) -> bool {
    agent.revoked_at.is_none() && key.holds(now)
}

//! A task as people and programs read it. The handle is in neither: it is not kept.
use std::io::{self, Write};

use serde_json::{Value, json};
use toolward_manifests::Unit;

use crate::audit::Shown;
use crate::state::Moment;
use crate::state::tasks::{Mount, Spending, Task};

pub(super) fn json(task: &Task, now: &Moment) -> Value {
    let opening = &task.opening;
    json!({
        "task": opening.id,
        "state": task.life(now).to_string(),
        "agent": opening.agent,
        "owner": opening.owner,
        "type": opening.kind,
        "opened": opening.opened.wall.to_string(),
        "expires": opening.expires.to_string(),
        "ended": task.ended.map(|(_, at)| at.to_string()),
        "calls": task.calls_used,
        "budget": opening.budget,
        "parent": opening.kin.as_ref().map(|kin| &kin.parent),
        "opened_by": opening.opened_by,
        "policy": opening.policy,
        "policy_sha256": hex::encode(opening.policy_sha256),
        "grant": opening.grant.as_ref().map(|grant| &grant.name),
        "parameters": opening.parameters,
        "mounts": opening.mounts,
    })
}

pub(super) fn row(out: &mut impl Write, task: &Task, now: &Moment) -> io::Result<()> {
    let opening = &task.opening;
    let agent = opening.agent.as_deref().unwrap_or("-");
    let life = task.life(now);
    writeln!(
        out,
        "{}  {life:<7}  {:<12}  {:<12}  expires {}  calls {}",
        opening.id,
        Shown(agent).to_string(),
        Shown(&opening.kind).to_string(),
        opening.expires,
        task.calls_used
    )
}

/// Who reads of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The operator, who sees where things lie on the host.
    Operator,
    /// The holder of its handle, who knows guest paths alone.
    Holder,
}

fn block(out: &mut impl Write, task: &Task, now: &Moment, spending: &[Spending], reader: Reader) -> io::Result<()> {
    row(out, task, now)?;
    let opening = &task.opening;
    writeln!(out, "    opened      {}", opening.opened.wall)?;
    if let Some((_, at)) = task.ended {
        writeln!(out, "    ended       {at}")?;
    }
    if let Some(owner) = &opening.owner {
        writeln!(out, "    owner       {}", Shown(owner))?;
    }
    writeln!(out, "    opened by   {}", Shown(&opening.opened_by))?;
    if let Some(kin) = &opening.kin {
        writeln!(out, "    parent      {}", kin.parent)?;
    }
    for Spending { unit, most, spent } in spending {
        let (what, spent) = (unit.word(), amount(*unit, *spent));
        match most {
            Some(most) => writeln!(out, "    budget      {what}: {spent} of {}", amount(*unit, *most))?,
            None => writeln!(out, "    used        {what}: {spent}")?,
        }
    }
    if reader == Reader::Operator {
        let policy = opening.policy.to_string_lossy();
        writeln!(out, "    policy      {} (sha256 {})", Shown(&policy), hex::encode(opening.policy_sha256))?;
    }
    if let Some(grant) = &opening.grant {
        writeln!(out, "    grant       {}", Shown(&grant.name))?;
    }
    for (name, value) in &opening.parameters {
        writeln!(out, "    parameter   {} = {}", Shown(name), Shown(value))?;
    }
    for mount in &opening.mounts {
        let read_only = if mount.read_only { " (read-only)" } else { "" };
        let host = match reader {
            Reader::Operator => format!(" = {}", Shown(&mount.host.to_string_lossy())),
            Reader::Holder => String::new(),
        };
        writeln!(out, "    mount       {}{host}{read_only}", Shown(&mount.guest))?;
    }
    Ok(())
}

/// CPU time is counted in microseconds.
fn amount(unit: Unit, amount: u64) -> String {
    if unit == Unit::Cpu { format!("{} ms", amount / 1000) } else { amount.to_string() }
}

/// As programs and as people read it.
pub(crate) fn shown(task: &Task, now: &Moment, spending: &[Spending]) -> (Value, String) {
    let mut people = Vec::new();
    // Writing to memory does not fail.
    drop(block(&mut people, task, now, spending, Reader::Operator));
    (json(task, now), String::from_utf8_lossy(&people).into_owned())
}

/// The same for the holder of its handle: without the host's paths.
pub(crate) fn shown_to_its_holder(task: &Task, now: &Moment, spending: &[Spending]) -> (Value, String) {
    let mut people = Vec::new();
    drop(block(&mut people, task, now, spending, Reader::Holder));
    let mut value = json(task, now);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("policy");
        let mount = |mount: &Mount| json!({ "guest": mount.guest, "read_only": mount.read_only });
        fields.insert("mounts".to_owned(), task.opening.mounts.iter().map(mount).collect());
    }
    (value, String::from_utf8_lossy(&people).into_owned())
}

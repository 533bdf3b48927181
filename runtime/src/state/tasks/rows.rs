//! A task as a row of the store.
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{Row, Transaction, named_params};
use serde::de::DeserializeOwned;
use toolward_manifests::{Source, Unit};

use super::{End, Error, HandleDigest, Kin, Life, Moment, NewTask, Task, Time};
use crate::state::SinceBoot;

pub(super) const COLUMNS: &str =
    "id, handle, parent, root, depth, agent, owner, opened_by, type, policy, policy_sha256,
    grant_name, grant_text, parameters, mounts, opened, boot, up, expires, ended, ended_at, budget,
    (SELECT spent FROM spending WHERE task = id AND unit = 'calls') AS calls";

pub(super) fn insert(tx: &Transaction<'_>, task: &NewTask) -> Result<(), Error> {
    let sql =
        "INSERT INTO tasks (id, handle, parent, root, depth, agent, owner, opened_by, type, policy, policy_sha256,
            grant_name, grant_text, parameters, mounts, opened, boot, up, expires, budget)
        VALUES (:id, :handle, :parent, :root, :depth, :agent, :owner, :opened_by, :type, :policy, :policy_sha256,
            :grant_name, :grant_text, :parameters, :mounts, :opened, :boot, :up, :expires, :budget)";
    let since_boot = task.opened.since_boot.as_ref();
    tx.prepare_cached(sql)?.execute(named_params! {
        ":id": task.id,
        ":handle": task.handle.0,
        ":parent": task.kin.as_ref().map(|kin| &kin.parent),
        ":root": task.kin.as_ref().map_or(&task.id, |kin| &kin.root),
        ":depth": task.kin.as_ref().map_or(0, |kin| kin.depth),
        ":agent": task.agent,
        ":owner": task.owner,
        ":opened_by": task.opened_by,
        ":type": task.kind,
        ":policy": task.policy.to_str().ok_or_else(|| Error::Unkept("the path of the policy is not UTF-8".into()))?,
        ":policy_sha256": task.policy_sha256,
        ":grant_name": task.grant.as_ref().map(|grant| &grant.name),
        ":grant_text": task.grant.as_ref().map(|grant| &grant.text),
        ":parameters": json(&task.parameters)?,
        ":mounts": json(&task.mounts)?,
        ":opened": task.opened.wall.micros(),
        ":boot": since_boot.map(|since| &since.boot),
        ":up": since_boot.map(|since| i64::try_from(since.up.as_micros()).unwrap_or(i64::MAX)),
        ":expires": task.expires.micros(),
        ":budget": json(&task.budget)?,
    })?;
    Ok(())
}

pub(super) fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let grant = match row.get("grant_text")? {
        Some(text) => Some(Source { name: row.get("grant_name")?, text }),
        None => None,
    };
    let kin = match row.get("parent")? {
        Some(parent) => Some(Kin { parent, root: row.get("root")?, depth: row.get("depth")? }),
        None => None,
    };
    let opening = NewTask {
        id: row.get("id")?,
        handle: HandleDigest(row.get("handle")?),
        kin,
        agent: row.get("agent")?,
        owner: row.get("owner")?,
        opened_by: row.get("opened_by")?,
        kind: row.get("type")?,
        policy: row.get::<_, String>("policy")?.into(),
        policy_sha256: row.get("policy_sha256")?,
        grant,
        parameters: parse(row, "parameters")?,
        mounts: parse(row, "mounts")?,
        opened: moment(row)?,
        expires: Time::from_micros(row.get("expires")?),
        budget: parse(row, "budget")?,
    };
    Ok(Task { opening, calls_used: row.get::<_, Option<u64>>("calls")?.unwrap_or(0), ended: ended(row)? })
}

fn moment(row: &Row<'_>) -> rusqlite::Result<Moment> {
    let since_boot = match (row.get("boot")?, row.get("up")?) {
        (Some(boot), Some(up)) => Some(SinceBoot { boot, up: Duration::from_micros(up) }),
        _ => None,
    };
    Ok(Moment { wall: Time::from_micros(row.get("opened")?), since_boot })
}

/// Where a task stands.
pub(super) fn life(row: &Row<'_>, now: &Moment) -> rusqlite::Result<Life> {
    let end = ended(row)?.map(|(end, _)| end);
    Ok(Life::at(end, &moment(row)?, Time::from_micros(row.get("expires")?), now))
}

/// How and when a task was ended.
pub(super) fn ended(row: &Row<'_>) -> rusqlite::Result<Option<(End, Time)>> {
    match row.get::<_, Option<String>>("ended")? {
        Some(word) => Ok(Some((end(&word)?, Time::from_micros(row.get("ended_at")?)))),
        None => Ok(None),
    }
}

fn end(word: &str) -> rusqlite::Result<End> {
    End::from_word(word).ok_or_else(|| unknown(format!("a task that ended as `{word}`")))
}

/// The unit of a row.
pub(super) fn unit(row: &Row<'_>) -> rusqlite::Result<Unit> {
    let word: String = row.get("unit")?;
    Unit::ALL.into_iter().find(|unit| unit.word() == word).ok_or_else(|| unknown(format!("a budget of `{word}`")))
}

fn unknown(what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, what.into())
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unkept(error.to_string()))
}

fn parse<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

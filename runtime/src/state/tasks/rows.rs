//! A task as a row of the store.
use rusqlite::types::Type;
use rusqlite::{Row, Transaction, named_params};
use serde::de::DeserializeOwned;
use toolward_manifests::Source;

use super::{End, Error, HandleDigest, NewTask, Task, Time};

pub(super) const COLUMNS: &str = "id, handle, agent, owner, type, policy, policy_sha256, grant_name, grant_text,
    parameters, mounts, opened, expires, budget, used, ended, ended_at";

pub(super) fn insert(tx: &Transaction<'_>, task: &NewTask) -> Result<(), Error> {
    let sql = "INSERT INTO tasks (id, handle, agent, owner, type, policy, policy_sha256, grant_name, grant_text,
            parameters, mounts, opened, expires, budget)
        VALUES (:id, :handle, :agent, :owner, :type, :policy, :policy_sha256, :grant_name, :grant_text,
            :parameters, :mounts, :opened, :expires, :budget)";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":id": task.id,
        ":handle": task.handle.0,
        ":agent": task.agent,
        ":owner": task.owner,
        ":type": task.kind,
        ":policy": task.policy.to_str().ok_or_else(|| Error::Unkept("the path of the policy is not UTF-8".into()))?,
        ":policy_sha256": task.policy_sha256,
        ":grant_name": task.grant.as_ref().map(|grant| &grant.name),
        ":grant_text": task.grant.as_ref().map(|grant| &grant.text),
        ":parameters": json(&task.parameters)?,
        ":mounts": json(&task.mounts)?,
        ":opened": task.opened.micros(),
        ":expires": task.expires.micros(),
        ":budget": task.budget_calls.map(|budget| i64::try_from(budget).unwrap_or(i64::MAX)),
    })?;
    Ok(())
}

pub(super) fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let grant = match row.get("grant_text")? {
        Some(text) => Some(Source { name: row.get("grant_name")?, text }),
        None => None,
    };
    let ended = match row.get::<_, Option<String>>("ended")? {
        Some(word) => Some((end(&word)?, Time::from_micros(row.get("ended_at")?))),
        None => None,
    };
    let opening = NewTask {
        id: row.get("id")?,
        handle: HandleDigest(row.get("handle")?),
        agent: row.get("agent")?,
        owner: row.get("owner")?,
        kind: row.get("type")?,
        policy: row.get::<_, String>("policy")?.into(),
        policy_sha256: row.get("policy_sha256")?,
        grant,
        parameters: parse(row, "parameters")?,
        mounts: parse(row, "mounts")?,
        opened: Time::from_micros(row.get("opened")?),
        expires: Time::from_micros(row.get("expires")?),
        budget_calls: row.get("budget")?,
    };
    Ok(Task { opening, calls_used: row.get("used")?, ended })
}

fn end(word: &str) -> rusqlite::Result<End> {
    let unknown = || format!("a task that ended as `{word}`").into();
    End::from_word(word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, unknown()))
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unkept(error.to_string()))
}

fn parse<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

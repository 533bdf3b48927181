//! An agent and its keys as rows of the store.
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, Transaction};

use super::{Agent, AgentKey, Error, PublicKey, Time};

const COLUMNS: &str = "name, owner, added, revoked_at, tainted_until";

pub(super) fn one(tx: &Transaction<'_>, name: &str) -> Result<Option<Agent>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM agents WHERE name = ?1");
    let found = tx.prepare_cached(&sql)?.query_row([name], agent).optional()?;
    found.map(|agent| with_keys(tx, agent)).transpose()
}

pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<Agent>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM agents ORDER BY name");
    let agents: Vec<Agent> = tx.prepare_cached(&sql)?.query_map([], agent)?.collect::<Result<_, _>>()?;
    agents.into_iter().map(|agent| with_keys(tx, agent)).collect()
}

pub(super) fn insert_key(tx: &Transaction<'_>, name: &str, key: &PublicKey, now: Time) -> Result<(), Error> {
    let sql = "INSERT INTO agent_keys (agent, public, added) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((name, key.to_bytes(), now.micros()))?;
    Ok(())
}

/// Whether any agent has or had this key: one key proves one agent.
pub(super) fn knows_key(tx: &Transaction<'_>, key: &PublicKey) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM agent_keys WHERE public = ?1)";
    Ok(tx.prepare_cached(sql)?.query_row([key.to_bytes()], |row| row.get(0))?)
}

fn agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        name: row.get("name")?,
        owner: row.get("owner")?,
        added: Time::from_micros(row.get("added")?),
        revoked_at: time(row, "revoked_at")?,
        keys: Vec::new(),
        tainted_until: time(row, "tainted_until")?,
    })
}

fn with_keys(tx: &Transaction<'_>, mut agent: Agent) -> Result<Agent, Error> {
    let sql = "SELECT public, added, until FROM agent_keys WHERE agent = ?1 ORDER BY added, public";
    agent.keys = tx.prepare_cached(sql)?.query_map([&agent.name], key)?.collect::<Result<_, _>>()?;
    Ok(agent)
}

fn key(row: &Row<'_>) -> rusqlite::Result<AgentKey> {
    let wrong = || rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, "no key of an agent".into());
    let public = PublicKey::from_bytes(&row.get("public")?).ok_or_else(wrong)?;
    Ok(AgentKey { public, added: Time::from_micros(row.get("added")?), until: time(row, "until")? })
}

fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Time::from_micros))
}

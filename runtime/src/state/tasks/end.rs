//! Ending tasks: with a task all below it end, and what was seen in a tree goes with its root.
use rusqlite::{Params, Row, Transaction};

use super::store::by_id;
use super::{End, Error, Life, Moment, expire};
use crate::audit::event::{self, Event, Subject};

/// What an event says of a task that is over.
pub(super) const TOLD: &str = "id, agent, owner, parent, expires, expired_at,
    (SELECT calls FROM unrecorded_calls WHERE task = id) AS unrecorded";

pub(super) fn end(tx: &Transaction<'_>, id: &str, end: End, now: &Moment) -> Result<Option<Life>, Error> {
    let Some(task) = by_id(tx, id)? else { return Ok(None) };
    let life = task.life(now);
    if life == Life::Expired {
        expire::one(tx, id, now)?;
    }
    if life != Life::Open {
        return Ok(Some(life));
    }
    expire::sweep(tx, now)?;
    let sql = format!(
        "WITH RECURSIVE tree (id) AS (
            SELECT ?1 UNION ALL SELECT tasks.id FROM tasks JOIN tree ON tasks.parent = tree.id)
        UPDATE tasks SET ended = ?2, ended_at = ?3 WHERE id IN tree AND ended IS NULL RETURNING {TOLD}"
    );
    let with = |ended: &str| (ended != id).then(|| format!("with `{id}`"));
    ended(tx, &sql, (id, end.word(), now.wall.micros()), end, now, with)?;
    tx.prepare_cached("DELETE FROM seen WHERE task = ?1")?.execute([id])?;
    by_id(tx, id).map(|task| task.map(|task| task.life(now)))
}

/// Revokes all open tasks of an agent with all below them; answers how many.
pub(in crate::state) fn revoke_all_of(tx: &Transaction<'_>, agent: &str, now: &Moment) -> Result<usize, Error> {
    let sql = format!(
        "WITH RECURSIVE tree (id) AS (
            SELECT id FROM tasks WHERE agent = ?1 AND ended IS NULL
            UNION SELECT tasks.id FROM tasks JOIN tree ON tasks.parent = tree.id)
        UPDATE tasks SET ended = ?2, ended_at = ?3 WHERE id IN tree AND ended IS NULL AND expires > ?3 RETURNING {TOLD}"
    );
    let with = |_: &str| Some(format!("with the agent `{agent}`"));
    let ended = ended(tx, &sql, (agent, End::Revoked.word(), now.wall.micros()), End::Revoked, now, with)?;
    let sql = "DELETE FROM seen WHERE task IN (SELECT id FROM tasks WHERE agent = ?1)";
    tx.prepare_cached(sql)?.execute([agent])?;
    Ok(ended)
}

/// Ends the tasks that a statement chooses, and records each with what it ended with; answers how many.
fn ended(
    tx: &Transaction<'_>,
    sql: &str,
    which: impl Params,
    end: End,
    now: &Moment,
    with: impl Fn(&str) -> Option<String>,
) -> Result<usize, Error> {
    let op = match end {
        End::Closed => "close",
        End::Revoked => "revoke",
    };
    let mut statement = tx.prepare_cached(sql)?;
    let told = |row: &Row<'_>| {
        let event = event(row, op, now)?;
        let event = match with(&event.resource) {
            Some(note) => event.note(note),
            None => event,
        };
        // That it had expired before is recorded already, and is what ended it.
        let had_expired: Option<i64> = row.get("expired_at")?;
        Ok(if had_expired.is_some() { None } else { Some(event) })
    };
    let ended: Vec<Option<Event>> = statement.query_map(which, told)?.collect::<Result<_, _>>()?;
    let count = ended.len();
    event::append(tx, &ended.into_iter().flatten().collect::<Vec<_>>())?;
    Ok(count)
}

/// The event of a task that is over, from its [`TOLD`] columns.
pub(super) fn event(row: &Row<'_>, op: &'static str, now: &Moment) -> rusqlite::Result<Event> {
    let (agent, owner): (Option<String>, Option<String>) = (row.get("agent")?, row.get("owner")?);
    let mut event = Event::new(Subject::Task, op, row.get::<_, String>("id")?, now.wall);
    event = event.by(agent.as_deref(), owner.as_deref());
    if let Some(parent) = row.get::<_, Option<String>>("parent")? {
        event = event.text("parent", parent);
    }
    match row.get::<_, Option<u64>>("unrecorded")? {
        Some(calls) => Ok(event.number("unrecorded_calls", calls)),
        None => Ok(event),
    }
}

/// Forgets what was seen in trees that are over.
pub(super) fn forget(tx: &Transaction<'_>, now: &Moment) -> Result<(), Error> {
    // A task has many rows: the next name is looked up, not walked to.
    let sql = "WITH RECURSIVE trees (id) AS (
            SELECT min(task) FROM seen
            UNION ALL SELECT (SELECT min(task) FROM seen WHERE task > trees.id) FROM trees WHERE trees.id IS NOT NULL)
        DELETE FROM seen WHERE task IN (SELECT tasks.id FROM trees JOIN tasks ON tasks.id = trees.id
            WHERE tasks.ended IS NOT NULL OR tasks.expires <= ?1)";
    tx.prepare_cached(sql)?.execute([now.wall.micros()])?;
    Ok(())
}

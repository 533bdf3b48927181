//! Ending tasks: with a task all below it end, and what was seen in a tree goes with its root.
use rusqlite::Transaction;

use super::store::by_id;
use super::{End, Error, Life, Moment};

pub(super) fn end(tx: &Transaction<'_>, id: &str, end: End, now: &Moment) -> Result<Option<Life>, Error> {
    let Some(task) = by_id(tx, id)? else { return Ok(None) };
    let life = task.life(now);
    if life != Life::Open {
        return Ok(Some(life));
    }
    let sql = "WITH RECURSIVE tree (id) AS (
            SELECT ?1 UNION ALL SELECT tasks.id FROM tasks JOIN tree ON tasks.parent = tree.id)
        UPDATE tasks SET ended = ?2, ended_at = ?3 WHERE id IN tree AND ended IS NULL";
    tx.prepare_cached(sql)?.execute((id, end.word(), now.wall.micros()))?;
    tx.prepare_cached("DELETE FROM seen WHERE task = ?1")?.execute([id])?;
    by_id(tx, id).map(|task| task.map(|task| task.life(now)))
}

/// Revokes all open tasks of an agent with all below them; answers how many.
pub(in crate::state) fn revoke_all_of(tx: &Transaction<'_>, agent: &str, now: &Moment) -> Result<usize, Error> {
    let sql = "WITH RECURSIVE tree (id) AS (
            SELECT id FROM tasks WHERE agent = ?1 AND ended IS NULL
            UNION SELECT tasks.id FROM tasks JOIN tree ON tasks.parent = tree.id)
        UPDATE tasks SET ended = ?2, ended_at = ?3 WHERE id IN tree AND ended IS NULL AND expires > ?3";
    let ended = tx.prepare_cached(sql)?.execute((agent, End::Revoked.word(), now.wall.micros()))?;
    let sql = "DELETE FROM seen WHERE task IN (SELECT id FROM tasks WHERE agent = ?1)";
    tx.prepare_cached(sql)?.execute([agent])?;
    Ok(ended)
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

//! The tasks in the store.
use rusqlite::{OptionalExtension, Params, Transaction};
use toolward_manifests::scope::{History, RuleId};

use super::{End, Error, HandleDigest, Life, NewTask, Reservation, Task, Tasks, Time, rows};
use crate::state::Db;

impl Tasks for Db {
    fn create(&self, task: &NewTask) -> Result<(), Error> {
        self.write(|tx| rows::insert(tx, task))
    }

    fn by_handle(&self, handle: &HandleDigest) -> Result<Option<Task>, Error> {
        self.read(|tx| one(tx, "handle = ?1", [handle.0]))
    }

    fn by_id(&self, id: &str) -> Result<Option<Task>, Error> {
        self.read(|tx| one(tx, "id = ?1", [id]))
    }

    fn list(&self) -> Result<Vec<Task>, Error> {
        let sql = format!("SELECT {} FROM tasks ORDER BY opened DESC, id", rows::COLUMNS);
        self.read(|tx| Ok(tx.prepare_cached(&sql)?.query_map([], rows::task)?.collect::<Result<_, _>>()?))
    }

    fn end(&self, id: &str, end: End, now: Time) -> Result<Option<Life>, Error> {
        self.write(|tx| {
            let Some(task) = one(tx, "id = ?1", [id])? else { return Ok(None) };
            let life = task.life(now);
            if life != Life::Open {
                return Ok(Some(life));
            }
            tx.prepare_cached("UPDATE tasks SET ended = ?2, ended_at = ?3 WHERE id = ?1")?.execute((
                id,
                end.word(),
                now.micros(),
            ))?;
            Ok(Some(Life::at(Some(end), task.opening.expires, now)))
        })
    }

    fn history(&self, id: &str) -> Result<History, Error> {
        self.read(|tx| history(tx, id))
    }

    fn reserve_call(
        &self,
        id: &str,
        counted: &[RuleId],
        decided_on: &History,
        now: Time,
    ) -> Result<Reservation, Error> {
        self.write(|tx| {
            let task = one(tx, "id = ?1", [id])?.ok_or_else(|| Error::Damaged(format!("no task `{id}`")))?;
            match (task.life(now), task.opening.budget_calls) {
                (Life::Open, Some(budget)) if task.calls_used >= budget => Ok(Reservation::Spent { budget }),
                (Life::Open, _) => count(tx, &task, counted, decided_on),
                (life, _) => Ok(Reservation::Ended(life)),
            }
        })
    }
}

fn one(tx: &Transaction<'_>, condition: &str, key: impl Params) -> Result<Option<Task>, Error> {
    let sql = format!("SELECT {} FROM tasks WHERE {condition}", rows::COLUMNS);
    Ok(tx.prepare_cached(&sql)?.query_row(key, rows::task).optional()?)
}

fn history(tx: &Transaction<'_>, id: &str) -> Result<History, Error> {
    let mut statement = tx.prepare_cached("SELECT rule, uses FROM uses WHERE task = ?1")?;
    let pairs = statement.query_map([id], |row| Ok((RuleId(row.get::<_, i64>(0)?.cast_unsigned()), row.get(1)?)))?;
    Ok(pairs.collect::<Result<_, _>>()?)
}

fn count(tx: &Transaction<'_>, task: &Task, counted: &[RuleId], decided_on: &History) -> Result<Reservation, Error> {
    let id = &task.opening.id;
    let uses = history(tx, id)?;
    // Two calls at once may both have seen 49 uses of 50: the second is decided again, on what the first left.
    if counted.iter().any(|rule| uses.get(rule) != decided_on.get(rule)) {
        return Ok(Reservation::Stale);
    }
    let sql = "INSERT INTO uses (task, rule, uses) VALUES (?1, ?2, 1)
        ON CONFLICT (task, rule) DO UPDATE SET uses = uses + 1";
    for rule in counted {
        tx.prepare_cached(sql)?.execute((id, rule.0.cast_signed()))?;
    }
    tx.prepare_cached("UPDATE tasks SET used = used + 1 WHERE id = ?1")?.execute([id])?;
    Ok(Reservation::Made { calls: task.calls_used.saturating_add(1) })
}

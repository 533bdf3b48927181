//! Tasks whose time is over: that they expired is recorded once, by whoever notices first.
use rusqlite::{Params, Row, Transaction};

use super::{Error, Moment, Time};
use crate::audit::event::{self, Event};

/// As many are recorded at once, so that nobody who opens a task waits for long.
const AT_ONCE: u32 = 256;

/// Records the expiry of tasks whose time is over by the wall's clock; answers how many.
pub(super) fn sweep(tx: &Transaction<'_>, now: &Moment) -> Result<usize, Error> {
    let condition = "id IN (SELECT id FROM tasks WHERE ended IS NULL AND expired_at IS NULL AND expires <= ?1
        ORDER BY expires LIMIT ?2)";
    record(tx, condition, (now.wall.micros(), AT_ONCE), now)
}

/// Records the expiry of one task that is known to be over, by whichever clock.
pub(super) fn one(tx: &Transaction<'_>, id: &str, now: &Moment) -> Result<(), Error> {
    let condition = "id = ?2 AND ended IS NULL AND expired_at IS NULL";
    record(tx, condition, (now.wall.micros(), id), now).map(drop)
}

/// Whether the expiry of a task is recorded.
pub(super) fn is_noted(tx: &Transaction<'_>, id: &str) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tasks WHERE id = ?1 AND expired_at IS NOT NULL)";
    Ok(tx.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
}

fn record(tx: &Transaction<'_>, condition: &str, which: impl Params, now: &Moment) -> Result<usize, Error> {
    let sql = format!("UPDATE tasks SET expired_at = ?1 WHERE {condition} RETURNING {}", super::end::TOLD);
    let mut statement = tx.prepare_cached(&sql)?;
    let told = |row: &Row<'_>| {
        let expires: i64 = row.get("expires")?;
        Ok(super::end::event(row, "expire", now)?.text("expires", Time::from_micros(expires).to_string()))
    };
    let events: Vec<Event> = statement.query_map(which, told)?.collect::<Result<_, _>>()?;
    event::append(tx, &events)?;
    Ok(events.len())
}

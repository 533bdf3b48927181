//! Openings and calls that were refused: recorded, but never so often that refusals fill the disk.
use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction};

use super::{Error, Moment, Time};
use crate::audit::event::{self, Event, Subject};

/// Refused openings of one agent that are recorded one by one within [`SPAN`]; those beyond are counted.
const ONE_BY_ONE: u64 = 10;
const SPAN: Duration = Duration::from_hours(1);
/// As long may be what an opening was refused for, in bytes: a client may have written a part of it.
const MAX_NOTE: usize = 512;

/// An opening that was refused.
#[derive(Debug, Clone, Copy)]
pub struct RefusedOpening<'a> {
    /// Whose it would have been; `None` where nobody knows such an agent, so that no name is worth a record of its own.
    pub agent: Option<&'a str>,
    /// The type of task.
    pub kind: &'a str,
    /// The task that was to be narrowed.
    pub parent: Option<&'a str>,
    /// Why.
    pub why: &'a str,
}

pub(super) fn note(tx: &Transaction<'_>, refused: &RefusedOpening<'_>, now: Time) -> Result<(), Error> {
    told(tx, &Moment::at(now))?;
    let agent = refused.agent.unwrap_or_default();
    let sql = "INSERT INTO refused_openings (agent, since, recorded, counted) VALUES (?1, ?2, 1, 0)
        ON CONFLICT (agent) DO UPDATE SET
            counted = counted + (recorded >= ?3), recorded = recorded + (recorded < ?3)
        RETURNING counted";
    let counted: u64 = tx.prepare_cached(sql)?.query_row((agent, now.micros(), ONE_BY_ONE), |row| row.get(0))?;
    if counted > 0 {
        return Ok(());
    }
    let op = if refused.parent.is_some() { "narrow" } else { "open" };
    let resource = refused.parent.unwrap_or(refused.kind);
    let mut event = Event::new(Subject::Task, op, cut(resource), now).by(refused.agent, None).note(cut(refused.why));
    event.refused = true;
    event::append(tx, &[event])
}

/// Records how many were counted in spans that are over.
pub(super) fn told(tx: &Transaction<'_>, now: &Moment) -> Result<(), Error> {
    let over = now.wall.micros().saturating_sub(i64::try_from(SPAN.as_micros()).unwrap_or(i64::MAX));
    // A clock that was set back ends a span, too.
    let sql = "DELETE FROM refused_openings WHERE since <= ?1 OR since > ?2 RETURNING agent, since, counted";
    let mut statement = tx.prepare_cached(sql)?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let spans: Vec<(String, i64, u64)> =
        statement.query_map((over, now.wall.micros()), row)?.collect::<Result<_, _>>()?;
    let counted = spans.into_iter().filter(|(.., counted)| *counted > 0);
    let events: Vec<Event> = counted
        .map(|(agent, since, counted)| {
            let mut event = Event::new(Subject::Task, "open", "", now.wall)
                .by((!agent.is_empty()).then_some(agent.as_str()), None)
                .note(format!("{counted} more openings were refused within an hour"))
                .number("count", counted)
                .text("since", Time::from_micros(since).to_string());
            event.refused = true;
            event
        })
        .collect();
    event::append(tx, &events)
}

/// Counts a call that was refused after its task's log was full. The first is recorded all the same: answers whether this is it.
pub(crate) fn is_first_unrecorded(tx: &Transaction<'_>, task: &str) -> Result<bool, Error> {
    let sql = "INSERT INTO unrecorded_calls (task, calls) VALUES (?1, 0)
        ON CONFLICT (task) DO UPDATE SET calls = calls + 1 RETURNING calls";
    let calls: Option<u64> = tx.prepare_cached(sql)?.query_row([task], |row| row.get(0)).optional()?;
    Ok(calls == Some(0))
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_NOTE)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

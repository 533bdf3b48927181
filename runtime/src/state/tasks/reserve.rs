//! Reserving: one call is counted where nothing can come between what it was decided on and its place in the count.
use rusqlite::Transaction;
use toolward_manifests::Unit;
use toolward_manifests::scope::{MarkId, RuleId, Witnesses};

use super::budget::{self, Holder, Unspent};
use super::past::{self, Past};
use super::store::existing;
use super::{Error, Life, Moment, Task, expire};

/// What the record of a call itself is counted as, in bytes.
const RECORD_OF_A_CALL: u64 = 1024;
/// As many bytes of records are drawn when a call begins.
const LOG_AT_ONCE: u64 = 256 << 10;

/// One more call.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// In which task.
    pub task: &'a Task,
    /// From whose budgets.
    pub holder: &'a Holder,
    /// Rules that it counts against.
    pub counted: &'a [RuleId],
    /// Patterns of earlier calls that it may match, from now on.
    pub begins: &'a [MarkId],
    /// The layers that see the call.
    pub witnesses: &'a Witnesses,
    /// What the verdict was reached with.
    pub decided_on: &'a Past,
    /// When.
    pub now: &'a Moment,
}

/// What came of asking for one more call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// The call counts as made.
    Made {
        /// The bytes of records that were drawn for it, beside those of the call itself; 0 where nothing bounds them.
        log: u64,
    },
    /// Nothing was counted: a budget is spent.
    Spent(Unspent),
    /// Nothing was counted: what the verdict was reached with has changed. Decide again.
    Stale,
    /// Nothing was counted: the task is no longer open.
    Ended(Life),
}

pub(super) fn call(tx: &Transaction<'_>, wanted: &Wanted<'_>) -> Result<Reservation, Error> {
    let id = &wanted.task.opening.id;
    let life = existing(tx, id)?.life(wanted.now);
    if life == Life::Expired {
        expire::one(tx, id, wanted.now)?;
    }
    if life != Life::Open {
        return Ok(Reservation::Ended(life));
    }
    // Two calls at once may both have seen 49 uses of 50: the second is decided again, on what the first left.
    if has_changed(tx, wanted)? {
        return Ok(Reservation::Stale);
    }
    let log = match log_of_a_call(tx, wanted.holder)? {
        Ok(log) => log,
        Err(spent) => return Ok(Reservation::Spent(spent)),
    };
    if let Err(spent) = budget::draw(tx, wanted.holder, Unit::Calls, 1, 1)? {
        budget::give_back(tx, wanted.holder, &[(Unit::Log, log + RECORD_OF_A_CALL)])?;
        return Ok(Reservation::Spent(spent));
    }
    let root = wanted.task.root();
    let sql = "INSERT INTO uses (task, layer, rule, uses) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (task, layer, rule) DO UPDATE SET uses = uses + 1";
    for rule in wanted.counted {
        tx.prepare_cached(sql)?.execute((root, rule.layer.0, rule.rule))?;
    }
    let sql = "INSERT INTO marks (task, layer, pattern, succeeded) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING";
    for mark in wanted.begins {
        tx.prepare_cached(sql)?.execute((root, mark.layer.0, mark.pattern))?;
    }
    if let Some(changed) = wanted.witnesses.changed {
        past::count_under(tx, root, changed)?;
    }
    Ok(Reservation::Made { log })
}

/// Draws what the records of a call may take: that of the call itself, and a first part for its accesses, so that most calls
/// draw nothing more.
fn log_of_a_call(tx: &Transaction<'_>, holder: &Holder) -> Result<Result<u64, Unspent>, Error> {
    if !holder.bounds(Unit::Log) {
        return Ok(Ok(0));
    }
    let drawn = budget::draw(tx, holder, Unit::Log, RECORD_OF_A_CALL, LOG_AT_ONCE)?;
    Ok(drawn.map(|drawn| drawn.saturating_sub(RECORD_OF_A_CALL)))
}

fn has_changed(tx: &Transaction<'_>, wanted: &Wanted<'_>) -> Result<bool, Error> {
    let root = wanted.task.root();
    let before = &wanted.decided_on.history;
    let counted = wanted.counted.is_empty() || {
        let uses = past::uses(tx, root)?;
        wanted.counted.iter().all(|rule| uses.get(rule) == before.uses.get(rule))
    };
    let unseen = past::unseen(tx, root, wanted.witnesses)? != before.unseen;
    Ok(!counted
        || unseen
        || past::marks(tx, root)? != before.marks
        || past::tainted(tx, wanted.task)? != wanted.decided_on.taint)
}

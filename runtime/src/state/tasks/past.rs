//! What a tree of tasks did before: uses of counted rules, calls that rules ask about, values that a call supplied, taint.
use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction};
use toolward_manifests::scope::{History, LayerId, MarkId, Marked, RuleId, Sighting, Taint, Witnesses};

use super::{Error, Moment, Task};

/// As many values are kept of a tree of tasks; what was not kept was not seen.
const MOST_SEEN: usize = 131_072;

/// What rules may ask about what was done before.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Uses, calls, and values that were seen.
    pub history: History,
    /// Whether anything was read that nobody vouches for.
    pub taint: Taint,
}

/// A value that a rule asks for, as the store knows it.
#[derive(Debug, Clone, Copy)]
pub struct SeenValue<'a> {
    /// What is asked.
    pub sighting: &'a Sighting,
    /// Its keyed hash.
    pub hash: [u8; 32],
}

/// What a call that succeeded leaves behind for rules to ask about.
#[derive(Debug, Clone, Default)]
pub struct Supplied {
    /// The call.
    pub call: String,
    /// Its tool.
    pub tool: String,
    /// The digest of its component.
    pub sha256: String,
    /// The patterns of earlier calls that it matches.
    pub succeeded: Vec<MarkId>,
    /// Keyed hashes of the values that it supplied and of the pattern of the source that it was.
    pub values: Vec<[u8; 32]>,
}

/// Whether a tool's component has this digest now.
pub type IsCurrent<'a> = &'a dyn Fn(&str, &str) -> bool;

pub(super) fn load(
    tx: &Transaction<'_>,
    task: &Task,
    asked: &[SeenValue<'_>],
    witnesses: &Witnesses,
    is_current: IsCurrent<'_>,
) -> Result<Past, Error> {
    let root = task.root();
    let mut seen = BTreeMap::new();
    let sql = "SELECT call, tool, sha256 FROM seen WHERE task = ?1 AND hash = ?2";
    for SeenValue { sighting, hash } in asked {
        let mut statement = tx.prepare_cached(sql)?;
        let key = (root, hash);
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: Option<(String, String, String)> = statement.query_row(key, row).optional()?;
        if let Some((call, tool, sha256)) = found
            && is_current(&tool, &sha256)
        {
            seen.insert((*sighting).clone(), call);
        }
    }
    let unseen = unseen(tx, root, witnesses)?;
    let history = History { uses: uses(tx, root)?, marks: marks(tx, root)?, seen, unseen };
    Ok(Past { history, taint: tainted(tx, task)? })
}

pub(super) fn uses(tx: &Transaction<'_>, root: &str) -> Result<BTreeMap<RuleId, u64>, Error> {
    let mut statement = tx.prepare_cached("SELECT layer, rule, uses FROM uses WHERE task = ?1")?;
    let used = |row: &rusqlite::Row<'_>| Ok((RuleId { layer: LayerId(row.get(0)?), rule: row.get(1)? }, row.get(2)?));
    Ok(statement.query_map([root], used)?.collect::<Result<_, _>>()?)
}

pub(super) fn marks(tx: &Transaction<'_>, root: &str) -> Result<BTreeMap<MarkId, Marked>, Error> {
    let mut statement = tx.prepare_cached("SELECT layer, pattern, succeeded FROM marks WHERE task = ?1")?;
    let marked = |row: &rusqlite::Row<'_>| {
        let mark = MarkId { layer: LayerId(row.get(0)?), pattern: row.get(1)? };
        Ok((mark, Marked { began: true, succeeded: row.get(2)? }))
    };
    Ok(statement.query_map([root], marked)?.collect::<Result<_, _>>()?)
}

/// How many calls of a tree each layer did not see: all saw those that are kept; a policy that took the place of another saw
/// only those that were made while it held.
pub(super) fn unseen(tx: &Transaction<'_>, root: &str, witnesses: &Witnesses) -> Result<BTreeMap<LayerId, u64>, Error> {
    let calls_under = |layer: &[u8]| -> Result<u64, Error> {
        let mut statement = tx.prepare_cached("SELECT calls FROM calls_under WHERE task = ?1 AND layer = ?2")?;
        Ok(statement.query_row((root, layer), |row| row.get(0)).optional()?.unwrap_or(0))
    };
    let not_kept = calls_under(&[])?;
    let mut unseen: BTreeMap<_, _> = witnesses.layers.iter().map(|layer| (*layer, not_kept)).collect();
    if let Some(changed) = witnesses.changed {
        let sql = "SELECT spent FROM spending WHERE task = ?1 AND unit = 'calls'";
        // A tree whose calls were not counted may have made any number.
        let all: Option<u64> = tx.prepare_cached(sql)?.query_row([root], |row| row.get(0)).optional()?;
        let all = all.unwrap_or_else(|| u64::from(u32::MAX));
        unseen.insert(changed, all.saturating_sub(calls_under(&changed.0)?));
    }
    unseen.retain(|_, calls| *calls > 0);
    Ok(unseen)
}

/// Counts one call more that the policy sees which took the place of another.
pub(super) fn count_under(tx: &Transaction<'_>, root: &str, changed: LayerId) -> Result<(), Error> {
    let sql = "INSERT INTO calls_under (task, layer, calls) VALUES (?1, ?2, 1)
        ON CONFLICT (task, layer) DO UPDATE SET calls = calls + 1";
    tx.prepare_cached(sql)?.execute((root, changed.0))?;
    Ok(())
}

/// Taint is the whole tree's; and an agent's, for as long as the policy lets it last.
pub(super) fn tainted(tx: &Transaction<'_>, task: &Task) -> Result<Taint, Error> {
    let sql = "SELECT tainted_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM agents WHERE name = tasks.agent AND tainted_until > tasks.opened)
        FROM tasks WHERE id = ?1";
    let tainted: bool = tx.prepare_cached(sql)?.query_row([task.root()], |row| row.get(0))?;
    Ok(if tainted { Taint::Tainted } else { Taint::Clean })
}

pub(super) fn taint(
    tx: &Transaction<'_>,
    task: &Task,
    by: &str,
    lasts: Option<Duration>,
    now: &Moment,
) -> Result<(), Error> {
    let sql = "UPDATE tasks SET tainted_at = ?2, tainted_by = ?3 WHERE id = ?1 AND tainted_at IS NULL";
    tx.prepare_cached(sql)?.execute((task.root(), now.wall.micros(), by))?;
    if let (Some(lasts), Some(agent)) = (lasts, &task.opening.agent) {
        let sql = "INSERT INTO agents (name, owner, added, tainted_until) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE SET tainted_until = max(coalesce(tainted_until, 0), excluded.tainted_until)";
        let until = (now.wall + lasts).micros();
        tx.prepare_cached(sql)?.execute((agent, &task.opening.owner, now.wall.micros(), until))?;
    }
    Ok(())
}

/// Keeps what a call supplied: before its result leaves, and no earlier than its success is known.
pub(crate) fn supply(tx: &Transaction<'_>, root: &str, supplied: &Supplied) -> Result<(), Error> {
    let sql = "INSERT INTO marks (task, layer, pattern, succeeded) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (task, layer, pattern) DO UPDATE SET succeeded = 1";
    for mark in &supplied.succeeded {
        tx.prepare_cached(sql)?.execute((root, mark.layer.0, mark.pattern))?;
    }
    if supplied.values.is_empty() {
        return Ok(());
    }
    let sql = "SELECT count(*) FROM (SELECT 1 FROM seen WHERE task = ?1 LIMIT ?2)";
    let kept: usize = tx.prepare_cached(sql)?.query_row((root, MOST_SEEN), |row| row.get(0))?;
    let room = MOST_SEEN.saturating_sub(kept);
    if room < supplied.values.len() {
        tracing::warn!(call = supplied.call, "the task has more values than are kept: rules do not see the rest");
    }
    let sql = "INSERT INTO seen (task, hash, call, tool, sha256) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET call = excluded.call, tool = excluded.tool, sha256 = excluded.sha256";
    for hash in supplied.values.iter().take(room) {
        let row = (root, hash, &supplied.call, &supplied.tool, &supplied.sha256);
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

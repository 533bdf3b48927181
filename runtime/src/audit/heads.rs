//! The last line of an export: where the exported tasks and the ledger stood, signed.
use rusqlite::{OptionalExtension, Transaction};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::archive::archived_head;
use super::chain::{GENESIS, Hash, LedgerEntry};
use super::json::Object;
use super::{Choice, sealed};
use crate::state::{Error, SigningKey, Time};

/// The sort of signature.
pub(super) const SORT: &str = "heads";
/// How the line begins; no record does.
pub(super) const BEGINNING: &str = "{\"heads\":";

/// An export of whole chains: all, or one task's.
const ALL: &str = "all";
const TASK: &str = "task";
/// An export of one call's records.
pub(super) const CALL: &str = "call";

/// The line read back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heads {
    pub(super) heads: Vec<Head>,
    /// `all`, `task` or `call`: whole chains, or the records of one call.
    pub(super) of: String,
    /// How many records.
    pub(super) records: u64,
    /// SHA-256 of the lines above, with their line ends.
    pub(super) lines: String,
    /// Entries of the ledger, and its head.
    pub(super) ledger: u64,
    pub(super) ledger_head: String,
    /// The digests of the ledger's entries whose records are not here, in order: they link those that are.
    pub(super) others: Vec<String>,
    pub(super) time: String,
    pub(super) key: String,
}

/// An archive: parts of the chains of tasks that are over.
pub(super) const ARCHIVE: &str = "archive";

/// A part of one task's chain: the records after one, up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) task: String,
    /// `seq` and hash of the record before its first; 0 and [`GENESIS`] where it begins the chain.
    pub(super) after: u64,
    pub(super) after_hash: Hash,
    /// Those of its last.
    pub(super) head: u64,
    pub(super) head_hash: Hash,
}

/// Where one task stood.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) task: String,
    pub(super) seq: u64,
    pub(super) hash: String,
    /// Of a part that does not begin its chain: `seq` and hash of the record before.
    #[serde(default)]
    pub(super) after: u64,
    pub(super) after_hash: Option<String>,
}

/// What was written above the line.
pub(super) struct Above {
    pub(super) records: u64,
    pub(super) lines: Sha256,
    /// The task of the records, where only one call was exported.
    pub(super) task: Option<String>,
}

/// Writes the signed line, without its line end.
pub(super) fn write(
    tx: &Transaction<'_>,
    choice: &Choice,
    above: Above,
    key: &SigningKey,
    time: Time,
) -> Result<Vec<u8>, Error> {
    let task = choice.task.clone().or_else(|| above.task.clone());
    let of = if choice.call.is_some() {
        CALL
    } else if task.is_some() {
        TASK
    } else {
        ALL
    };
    let (ledger, ledger_head) = ledger_head(tx)?;
    let others = if of == CALL { Vec::new() } else { others(tx, task.as_deref())? };
    let heads = heads(tx, of, task.as_deref())?.iter().map(head).collect();
    Ok(signed(&Said { heads, of, ledger, ledger_head, others }, above, key, time))
}

/// Writes the signed line of an archive, without its line end.
pub(super) fn write_archive(
    tx: &Transaction<'_>,
    parts: &[Part],
    above: Above,
    key: &SigningKey,
    time: Time,
) -> Result<Vec<u8>, Error> {
    let (ledger, ledger_head) = ledger_head(tx)?;
    let heads = parts.iter().map(head).collect();
    Ok(signed(&Said { heads, of: ARCHIVE, ledger, ledger_head, others: Vec::new() }, above, key, time))
}

fn head(part: &Part) -> Vec<u8> {
    let mut text = Vec::new();
    let mut object = Object::open(&mut text);
    object.text("task", &part.task).number("seq", part.head).hex("hash", "", &part.head_hash);
    if part.after > 0 {
        object.number("after", part.after).hex("after_hash", "", &part.after_hash);
    }
    object.close();
    text
}

/// What a signed line says beside what is above it.
struct Said<'a> {
    heads: Vec<Vec<u8>>,
    of: &'a str,
    ledger: u64,
    ledger_head: Hash,
    others: Vec<Vec<u8>>,
}

fn signed(said: &Said<'_>, above: Above, key: &SigningKey, time: Time) -> Vec<u8> {
    let Said { heads, of, ledger, ledger_head, others } = said;
    let mut text = Vec::new();
    let mut object = Object::open(&mut text);
    object.raw("heads", &list(heads)).text("of", of).number("records", above.records);
    object.hex("lines", "", &above.lines.finalize()).number("ledger", *ledger).hex("ledger_head", "", ledger_head);
    object.raw("others", &list(others)).text("time", &time.to_string()).text("key", &key.public().to_string());
    object.close();
    let signature = key.sign(SORT, &text);
    sealed::seal(&mut text, "signature", &signature);
    text
}

/// How many entries the ledger has, and its head.
pub(super) fn ledger_head(tx: &Transaction<'_>) -> Result<(u64, Hash), Error> {
    let mut statement = tx.prepare_cached("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?.unwrap_or((0, GENESIS)))
}

/// What the store holds of chains: of all, or of one task's.
fn heads(tx: &Transaction<'_>, of: &str, task: Option<&str>) -> Result<Vec<Part>, Error> {
    let sql = "SELECT task, head, head_hash FROM ledger l
        WHERE seq IN (SELECT max(seq) FROM ledger GROUP BY task) AND (?1 OR task = ?2)
            AND NOT EXISTS (SELECT 1 FROM archived WHERE task = l.task AND head = l.head) ORDER BY task";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query((of == ALL, task))?;
    let mut parts = Vec::new();
    while let Some(row) = rows.next()? {
        let task: String = row.get(0)?;
        let (after, after_hash) = archived_head(tx, &task)?;
        parts.push(Part { task, after, after_hash, head: row.get(1)?, head_hash: row.get(2)? });
    }
    Ok(parts)
}

/// The digests of the ledger's entries whose records are not exported: those of other tasks than one, and what was archived.
fn others(tx: &Transaction<'_>, task: Option<&str>) -> Result<Vec<Vec<u8>>, Error> {
    let sql = "SELECT seq, task, head, head_hash FROM ledger l
        WHERE (?1 IS NOT NULL AND task <> ?1) OR EXISTS (SELECT 1 FROM archived WHERE task = l.task AND head >= l.head)
        ORDER BY seq";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([task])?;
    let mut digests = Vec::new();
    while let Some(row) = rows.next()? {
        let task: String = row.get(1)?;
        let entry = LedgerEntry { seq: row.get(0)?, task: &task, head: row.get(2)?, head_hash: row.get(3)? };
        digests.push(format!("\"{}\"", hex::encode(entry.digest())).into_bytes());
    }
    Ok(digests)
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [b"[".as_slice(), &items.join(b",".as_slice()), b"]"].concat()
}

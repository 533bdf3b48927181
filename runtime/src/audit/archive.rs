//! Moves the chains of tasks that are over into a file that verifies by itself. The ledger keeps their entries, and the
//! installation's chain says which file has the records, so that a store without them still verifies.
//!
//! In this order, so that a record is always in one place at least: the file is written and flushed, it gets its name, the
//! name is flushed; then, in one transaction, the records go and their places are noted.
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rusqlite::{OptionalExtension, Row, Transaction};
use sha2::{Digest, Sha256};

use super::chain::{GENESIS, Hash};
use super::event::{self, Event, INSTALLATION, Subject};
use super::export::ExportError;
use super::heads::{self, Above, Part};
use super::view::View;
use super::{Choice, sealed};
use crate::state::tasks::Tasks;
use crate::state::{Error, Moment, State, Time};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// How many tasks' chains, or parts of them.
    pub tasks: usize,
    /// How many records.
    pub records: u64,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// Whether the store was made smaller, too; where not, it uses the room again.
    pub shrunk: bool,
}

/// Moves the chains of tasks that ended before a time into a new file.
///
/// # Errors
/// [`ExportError`] where there are none, or something could not be read or written: then the store has every record it had.
pub fn archive(state: &State, before: Time, file: &Path) -> Result<Archive, ExportError> {
    while state.db.note_expiry(None, &Moment::now())? > 0 {}
    let (parts, records, sha256) = written(state, before, file)?;
    let name = file.canonicalize()?.to_string_lossy().into_owned();
    state.db.write(|tx| moved(tx, &parts, records, &name, &sha256))?;
    let shrunk = state.db.shrink().inspect_err(|error| tracing::warn!(%error, "the store was not made smaller"));
    Ok(Archive { tasks: parts.len(), records, sha256, shrunk: shrunk.is_ok() })
}

/// Where the records of a task went.
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn place_of(state: &State, task: &str) -> Result<Option<(String, Time)>, Error> {
    state.db.read(|tx| {
        let sql = "SELECT file, time FROM archives WHERE id = (SELECT max(archive) FROM archived WHERE task = ?1)";
        let row = |row: &Row<'_>| Ok((row.get(0)?, Time::from_micros(row.get(1)?)));
        Ok(tx.prepare_cached(sql)?.query_row([task], row).optional()?)
    })
}

/// Writes the file: it appears when it is whole and on the disk.
fn written(state: &State, before: Time, file: &Path) -> Result<(Vec<Part>, u64, Hash), ExportError> {
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(folder)?;
    let mut out = Hashing { out: BufWriter::new(temporary.as_file().try_clone()?), hash: Sha256::new() };
    let (parts, records) = state.db.read(|tx| {
        let parts = over(tx, before)?;
        if parts.is_empty() {
            return Err(ExportError::Nothing);
        }
        let mut above = Above { records: 0, lines: Sha256::new(), task: None };
        parts.iter().try_for_each(|part| write_part(tx, part, &mut above, &mut out))?;
        let records = above.records;
        let mut last = heads::write_archive(tx, &parts, above, &state.keys.signing, Time::now())?;
        last.push(b'\n');
        out.write_all(&last)?;
        Ok((parts, records))
    })?;
    out.flush()?;
    let sha256 = out.hash.finalize().into();
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(file).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok((parts, records, sha256))
}

fn write_part(tx: &Transaction<'_>, part: &Part, above: &mut Above, out: &mut impl Write) -> Result<(), ExportError> {
    let choice = Choice { task: Some(part.task.clone()), ..Choice::default() };
    choice.walk(tx, 0, |record| {
        let mut line = record.line();
        line.push(b'\n');
        above.lines.update(&line);
        above.records += 1;
        out.write_all(&line)?;
        Ok::<_, ExportError>(true)
    })
}

/// The parts of chains that are still in the store, of tasks that ended before a time. A chain of no task is that of a `run`,
/// which is over with its last record.
fn over(tx: &Transaction<'_>, before: Time) -> Result<Vec<Part>, Error> {
    let sql = "SELECT l.task, l.head, l.head_hash, l.last_n, EXISTS (SELECT 1 FROM tasks WHERE id = l.task) AS kept
        FROM ledger l WHERE l.task <> ?2 AND l.seq IN (SELECT max(seq) FROM ledger GROUP BY task)
            AND NOT EXISTS (SELECT 1 FROM archived WHERE task = l.task AND head = l.head)
            AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = l.task AND NOT (
                CASE WHEN ended IS NULL THEN expired_at IS NOT NULL AND expires < ?1 ELSE ended_at < ?1 END))
        ORDER BY l.seq";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query((before.micros(), INSTALLATION))?;
    let mut parts = Vec::new();
    while let Some(row) = rows.next()? {
        let (task, last): (String, i64) = (row.get(0)?, row.get(3)?);
        if row.get::<_, bool>("kept")? || ended_before(tx, last, before)? {
            let (after, after_hash) = archived_head(tx, &task)?;
            parts.push(Part { task, after, after_hash, head: row.get(1)?, head_hash: row.get(2)? });
        }
    }
    Ok(parts)
}

fn ended_before(tx: &Transaction<'_>, n: i64, before: Time) -> Result<bool, Error> {
    let sql = "SELECT body FROM records WHERE n = ?1";
    let body: Option<String> = tx.prepare_cached(sql)?.query_row([n], |row| row.get(0)).optional()?;
    let body = body.ok_or_else(|| Error::Damaged(format!("no record {n}")))?;
    // Times of this form are ordered as their texts are.
    Ok(View::parse(&body).is_some_and(|view| view.time.as_ref() < before.to_string().as_str()))
}

/// Up to where a task's chain is archived.
pub(super) fn archived_head(tx: &Transaction<'_>, task: &str) -> Result<(u64, Hash), Error> {
    let sql = "SELECT head, head_hash FROM archived WHERE task = ?1 ORDER BY head DESC LIMIT 1";
    let found = tx.prepare_cached(sql)?.query_row([task], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.unwrap_or((0, GENESIS)))
}

/// Takes the records out of the store, and notes where they are.
fn moved(tx: &Transaction<'_>, parts: &[Part], records: u64, file: &str, sha256: &Hash) -> Result<(), Error> {
    let now = Time::now();
    let sql = "INSERT INTO archives (time, file, sha256) VALUES (?1, ?2, ?3) RETURNING id";
    let id: u64 = tx.prepare_cached(sql)?.query_row((now.micros(), file, sha256), |row| row.get(0))?;
    let insert =
        "INSERT INTO archived (task, after, after_hash, head, head_hash, archive) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let delete = "DELETE FROM records WHERE n IN (SELECT r.n FROM ledger l CROSS JOIN records r
        ON r.n > coalesce((SELECT last_n FROM ledger WHERE seq = l.seq - 1), 0) AND r.n <= l.last_n
        WHERE l.task = ?1 AND l.head > ?2 AND l.head <= ?3)";
    let mut deleted = 0;
    for part in parts {
        let Part { task, after, after_hash, head, head_hash } = part;
        if archived_head(tx, task)? != (*after, *after_hash) {
            return Err(Error::Unkept(format!("`{task}` was archived by another process meanwhile")));
        }
        tx.prepare_cached(insert)?.execute((task, after, after_hash, head, head_hash, id))?;
        deleted += u64::try_from(tx.prepare_cached(delete)?.execute((task, after, head))?).unwrap_or(u64::MAX);
    }
    if deleted != records {
        return Err(Error::Damaged(format!("{records} records were archived, and {deleted} are there")));
    }
    tx.execute(
        "DELETE FROM calls WHERE NOT EXISTS (SELECT 1 FROM records WHERE n BETWEEN first_n AND calls.last_n)",
        [],
    )?;
    tx.execute("DELETE FROM refusals WHERE NOT EXISTS (SELECT 1 FROM records WHERE n = refusals.n)", [])?;
    let event = Event::new(Subject::Log, "archive", file, now)
        .number("archive", id)
        .number("tasks", u64::try_from(parts.len()).unwrap_or(u64::MAX))
        .number("records", records)
        .text("sha256", hex::encode(sha256))
        .text("parts", hex::encode(list_digest(tx, id)?));
    event::append(tx, &[event])
}

/// What the installation's chain vouches for: SHA-256 of all parts of an archive, in order.
pub(super) fn list_digest(tx: &Transaction<'_>, archive: u64) -> Result<Hash, Error> {
    let sql = "SELECT task, after, after_hash, head, head_hash FROM archived WHERE archive = ?1 ORDER BY task, head";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([archive])?;
    let mut digest = Sha256::new();
    while let Some(row) = rows.next()? {
        let part = part(row)?;
        let (after_hash, head_hash) = (hex::encode(part.after_hash), hex::encode(part.head_hash));
        digest.update(format!("{} {} {after_hash} {} {head_hash}\n", part.task, part.after, part.head));
    }
    Ok(digest.finalize().into())
}

/// A part as its row says it.
pub(super) fn part(row: &Row<'_>) -> Result<Part, Error> {
    Ok(Part {
        task: row.get("task")?,
        after: row.get("after")?,
        after_hash: row.get("after_hash")?,
        head: row.get("head")?,
        head_hash: row.get("head_hash")?,
    })
}

/// Writes on, and hashes what passes.
struct Hashing<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads a hash that stands as hex in a record.
pub(super) fn hash(hex: &str) -> Option<Hash> {
    sealed::digest(hex)
}

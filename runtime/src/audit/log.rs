//! Appends to the log: records are chained where they are committed, so that many processes may serve one task.
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OptionalExtension, Transaction};

use super::chain::{self, GENESIS, Hash, LedgerEntry};
use super::line::{self, Place, Setting};
use super::record::{Mode, NewRecord};
use crate::state::tasks::NewTask;
use crate::state::{Db, Error, State};

/// The task that records belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRef {
    /// `t_…`
    pub id: Arc<str>,
    /// Who acts; nobody in a `run`.
    pub agent: Option<Arc<str>>,
    /// Whose agent it is.
    pub owner: Option<Arc<str>>,
    /// By whose authority the task was opened: its first record says so.
    pub opened_by: Option<Arc<str>>,
    /// The task that it was narrowed from.
    pub parent: Option<Arc<str>>,
}

impl TaskRef {
    /// A task of the store.
    #[must_use]
    pub fn of(task: &NewTask) -> Self {
        Self {
            id: task.id.as_str().into(),
            agent: task.agent.as_deref().map(Into::into),
            owner: task.owner.as_deref().map(Into::into),
            opened_by: Some(task.opened_by.as_str().into()),
            parent: task.kin.as_ref().map(|kin| kin.parent.as_str().into()),
        }
    }

    /// A task of nobody, that the store does not keep: a `run`.
    #[must_use]
    pub fn of_nobody(id: &str) -> Self {
        Self { id: id.into(), agent: None, owner: None, opened_by: None, parent: None }
    }
}

/// The log of a home.
#[derive(Debug, Clone)]
pub struct Log {
    db: Arc<Db>,
    setting: Setting,
}

impl Log {
    /// The log of a home, in the mode that each task's first record names.
    #[must_use]
    pub fn new(state: &State, mode: Mode) -> Self {
        let digest_key = state.keys.digest.clone();
        let setting = Setting { digest_key, mode, durability: state.db.durability() };
        Self { db: Arc::clone(&state.db), setting }
    }

    /// Commits records as one batch, all or none, and answers their `seq`s in order.
    ///
    /// # Errors
    /// [`Error`] where they could not be committed: none of them was.
    pub fn append(&self, task: &TaskRef, records: &[NewRecord]) -> Result<Vec<u64>, Error> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        self.db.write(|tx| self.append_in(tx, task, records))
    }

    /// The same as a part of a transaction.
    ///
    /// # Errors
    /// [`Error`] where they could not be written: then the transaction must not be committed.
    pub fn append_in(&self, tx: &Transaction<'_>, task: &TaskRef, records: &[NewRecord]) -> Result<Vec<u64>, Error> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let mut batch = Batch::begin(tx, &task.id)?;
        let (mut index, mut seqs) = (Index { tx, call: None }, Vec::with_capacity(records.len()));
        for record in records {
            let n = batch.add(|out, place| {
                seqs.push(place.seq);
                line::body(out, record, task, place, &self.setting);
            })?;
            index.add(record, n)?;
        }
        index.end(batch.n)?;
        batch.seal()?;
        Ok(seqs)
    }

    /// The store that it lies in.
    #[must_use]
    pub fn db(&self) -> &Arc<Db> {
        &self.db
    }
}

/// A batch under construction within its transaction.
pub(super) struct Batch<'a> {
    tx: &'a Transaction<'a>,
    insert: CachedStatement<'a>,
    task: &'a str,
    ledger: (u64, Hash),
    head: (u64, Hash),
    n: i64,
    body: Vec<u8>,
}

impl<'a> Batch<'a> {
    pub(super) fn begin(tx: &'a Transaction<'a>, task: &'a str) -> Result<Self, Error> {
        let ledger = tx
            .prepare_cached("SELECT seq, hash, last_n FROM ledger ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
            .optional()?;
        let (ledger, n) = ledger.unwrap_or(((0, GENESIS), 0));
        let head = tx
            .prepare_cached("SELECT head, head_hash FROM ledger WHERE task = ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([task], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .unwrap_or((0, GENESIS));
        let insert = tx.prepare_cached("INSERT INTO records (n, body, hash) VALUES (?1, ?2, ?3)")?;
        Ok(Self { tx, insert, task, ledger, head, n, body: Vec::with_capacity(1024) })
    }

    /// Adds the record whose body `write` writes for its place; answers its `n`.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>, &Place<'_>)) -> Result<i64, Error> {
        self.n += 1;
        let (seq, prev) = (self.head.0 + 1, self.head.1);
        let place = Place { seq, batch: self.ledger.0 + 1, prev: &prev };
        self.body.clear();
        write(&mut self.body, &place);
        let hash = chain::of_body(&self.body);
        let body = ToSqlOutput::Borrowed(ValueRef::Text(&self.body));
        self.insert.execute((self.n, body, hash))?;
        self.head = (seq, hash);
        Ok(self.n)
    }

    pub(super) fn seal(self) -> Result<(), Error> {
        let (head, head_hash) = self.head;
        let entry = LedgerEntry { seq: self.ledger.0 + 1, task: self.task, head, head_hash };
        let hash = chain::extend_ledger(&self.ledger.1, &entry.digest());
        let sql = "INSERT INTO ledger (seq, task, head, head_hash, last_n, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut statement = self.tx.prepare_cached(sql)?;
        statement.execute((entry.seq.cast_signed(), entry.task, head.cast_signed(), head_hash, self.n, hash))?;
        Ok(())
    }
}

/// Where the calls of a batch are to be found: of each the run of its records.
struct Index<'a> {
    tx: &'a Transaction<'a>,
    /// The call of the records so far, and the `n` of its first in this batch.
    call: Option<(&'a str, i64)>,
}

impl<'a> Index<'a> {
    fn add(&mut self, record: &'a NewRecord, n: i64) -> Result<(), Error> {
        if self.call.map(|(call, _)| call) != record.call.as_deref() {
            self.end(n - 1)?;
            self.call = record.call.as_deref().map(|call| (call, n));
        }
        if let Some(id) = &record.entry.id {
            self.tx.prepare_cached("INSERT INTO refusals (id, n) VALUES (?1, ?2)")?.execute((id, n))?;
        }
        Ok(())
    }

    fn end(&self, last: i64) -> Result<(), Error> {
        let Some((call, first)) = self.call else { return Ok(()) };
        let sql = "INSERT INTO calls (call, first_n, last_n) VALUES (?1, ?2, ?3)
            ON CONFLICT (call) DO UPDATE SET last_n = excluded.last_n";
        self.tx.prepare_cached(sql)?.execute((call, first, last))?;
        Ok(())
    }
}

//! Verifies the store itself: every record, every entry of the ledger, each against the other.
use rusqlite::{Rows, Transaction};

use super::archived::Archived;
use super::chains::Chains;
use super::ledger::{Checkpoints, Ledger};
use super::{Bad, Report, Stop};
use crate::audit::INSTALLATION;
use crate::audit::chain::{Hash, LedgerEntry};
use crate::audit::view::View;
use crate::state::Db;

/// Walks the store once, in the order in which it was written.
///
/// # Errors
/// [`Stop::Bad`] with the first thing that does not hold; [`Stop::Failed`] where the store cannot be read.
pub fn verify_store(db: &Db, checkpoints: &Checkpoints) -> Result<Report, Stop> {
    db.read(|tx| walk(tx, checkpoints))
}

fn walk(tx: &Transaction<'_>, checkpoints: &Checkpoints) -> Result<Report, Stop> {
    let mut statement = tx.prepare("SELECT n, body, hash FROM records ORDER BY n")?;
    let (archived, mut chains) = (Archived::load(tx)?, Chains::default());
    archived.resume(&mut chains)?;
    let mut records = Records { rows: statement.query([])?, chains, archived, count: 0, next: None };
    let mut ledger = Ledger::new(checkpoints)?;
    let mut statement = tx.prepare("SELECT seq, task, head, head_hash, last_n, hash FROM ledger ORDER BY seq")?;
    let mut entries = statement.query([])?;
    while let Some(row) = entries.next()? {
        let task: String = row.get(1)?;
        let entry = LedgerEntry { seq: row.get(0)?, task: &task, head: row.get(2)?, head_hash: row.get(3)? };
        let at = || format!("ledger entry {}", entry.seq);
        if entry.seq != ledger.seq + 1 {
            return Err(Bad::new(at(), format!("it comes after entry {}: one is missing", ledger.seq)).into());
        }
        records.batch(&entry, row.get(4)?)?;
        ledger.add(&entry.digest())?;
        if ledger.head != row.get::<_, Hash>(5)? {
            return Err(Bad::new(at(), "its hash does not follow from the entry before it").into());
        }
    }
    records.nothing_more()?;
    records.archived.agree()?;
    let archived = records.archived.tasks();
    let (seq, tasks) = (ledger.seq, records.chains.len());
    let checkpointed = ledger.end(None)?;
    let open_intents = records.chains.open_intents();
    Ok(Report { records: records.count, tasks, ledger: seq, checkpointed, part: false, archived, open_intents })
}

/// The records, walked beside the ledger.
struct Records<'a> {
    rows: Rows<'a>,
    chains: Chains,
    archived: Archived,
    count: u64,
    /// A record that was read and belongs to a later batch.
    next: Option<(i64, String, Hash)>,
}

impl Records<'_> {
    fn batch(&mut self, entry: &LedgerEntry<'_>, last_n: i64) -> Result<(), Stop> {
        let mut any = false;
        let is_archived = self.archived.has(entry)?;
        while let Some((n, body, hash)) = self.take()? {
            if n > last_n {
                self.next = Some((n, body, hash));
                break;
            }
            if is_archived {
                let what = "it is in an archive, and here too".to_owned();
                return Err(Bad::new(format!("record {n} (task `{}`)", entry.task), what).into());
            }
            self.record(entry, n, &body, hash)?;
            any = true;
        }
        if is_archived {
            return Ok(());
        }
        let head = self.chains.get(entry.task);
        if any && head.is_some_and(|head| (head.seq, head.hash) == (entry.head, entry.head_hash)) {
            return Ok(());
        }
        let what = format!("it ends with seq {} of task `{}`, and that record is missing", entry.head, entry.task);
        Err(Bad::new(format!("ledger entry {}", entry.seq), what).into())
    }

    fn record(&mut self, entry: &LedgerEntry<'_>, n: i64, body: &str, hash: Hash) -> Result<(), Stop> {
        let bad = |what: String| Bad::new(format!("record {n} (task `{}`)", entry.task), what);
        let link = self.chains.add(body, hash).map_err(bad)?;
        if link.task != entry.task || link.batch != entry.seq {
            return Err(bad("it belongs to another entry of the ledger".into()).into());
        }
        self.count += 1;
        if entry.task == INSTALLATION
            && let Some(view) = View::parse(body)
        {
            self.archived.record(&view);
        }
        Ok(())
    }

    fn nothing_more(&mut self) -> Result<(), Stop> {
        match self.take()? {
            Some((n, ..)) => Err(Bad::new(format!("record {n}"), "it is in no entry of the ledger").into()),
            None => Ok(()),
        }
    }

    fn take(&mut self) -> Result<Option<(i64, String, Hash)>, Stop> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        let Some(row) = self.rows.next()? else { return Ok(None) };
        let n: i64 = row.get(0)?;
        let changed = |_| Bad::new(format!("record {n}"), "the record was changed: it is not text with a hash");
        Ok(Some((n, row.get(1).map_err(changed)?, row.get(2).map_err(changed)?)))
    }
}

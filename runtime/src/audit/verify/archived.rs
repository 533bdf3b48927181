//! What a store says of records that it has no more: the parts of chains that were moved to archives. The installation's chain
//! has to say so too.
use std::collections::HashMap;

use rusqlite::Transaction;

use super::Bad;
use super::chains::Chains;
use crate::audit::archive;
use crate::audit::chain::{GENESIS, Hash, LedgerEntry};
use crate::audit::heads::Part;
use crate::audit::view::View;
use crate::state::Error;

/// All archived parts of a store.
#[derive(Debug, Default)]
pub(super) struct Archived {
    /// By task, in the order of the chain.
    parts: HashMap<String, Vec<Part>>,
    /// The heads of parts that no entry of the ledger was yet found for.
    unmet: usize,
    /// What the store says of each archive, and what the installation's chain does.
    stored: HashMap<u64, Hash>,
    recorded: HashMap<u64, Option<Hash>>,
}

impl Archived {
    pub(super) fn load(tx: &Transaction<'_>) -> Result<Self, Error> {
        let mut archived = Self::default();
        let mut statement = tx.prepare("SELECT DISTINCT archive FROM archived")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            archived.stored.insert(id, archive::list_digest(tx, id)?);
        }
        let mut statement = tx.prepare("SELECT * FROM archived ORDER BY task, head")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let part = archive::part(row)?;
            archived.parts.entry(part.task.clone()).or_default().push(part);
            archived.unmet += 1;
        }
        Ok(archived)
    }

    /// How many tasks.
    pub(super) fn tasks(&self) -> usize {
        self.parts.len()
    }

    /// Has each chain go on after its archived parts, which follow each other.
    pub(super) fn resume(&self, chains: &mut Chains) -> Result<(), Bad> {
        for (task, parts) in &self.parts {
            let mut reached = (0, GENESIS);
            for part in parts {
                if (part.after, part.after_hash) != reached || part.head <= part.after {
                    return Err(Bad::new(format!("the archives of task `{task}`"), "a part of its chain is in none"));
                }
                reached = (part.head, part.head_hash);
            }
            chains.resume(task, reached.0, reached.1);
        }
        Ok(())
    }

    /// Whether the records of an entry of the ledger are in an archive.
    pub(super) fn has(&mut self, entry: &LedgerEntry<'_>) -> Result<bool, Bad> {
        let Some(parts) = self.parts.get(entry.task) else { return Ok(false) };
        let Some(part) = parts.iter().find(|part| entry.head <= part.head) else { return Ok(false) };
        if entry.head == part.head {
            self.unmet = self.unmet.saturating_sub(1);
            if entry.head_hash != part.head_hash {
                let what = format!("it is not where the archive of task `{}` ends", entry.task);
                return Err(Bad::new(format!("ledger entry {}", entry.seq), what));
            }
        }
        Ok(true)
    }

    /// Keeps what a record of the installation's chain says of an archive.
    pub(super) fn record(&mut self, view: &View<'_>) {
        if let (Some(id), Some(parts)) = (view.archive, &view.parts) {
            self.recorded.insert(id, archive::hash(parts));
        }
    }

    /// That what the store says and what was recorded are the same.
    pub(super) fn agree(&self) -> Result<(), Bad> {
        if self.unmet > 0 {
            return Err(Bad::new("the archives", "one ends where no entry of the ledger does"));
        }
        let vouched = |(id, digest): (&u64, &Hash)| self.recorded.get(id) == Some(&Some(*digest));
        match self.stored.iter().find(|archive| !vouched(*archive)) {
            Some((id, _)) => {
                let what = "what the store says it holds is not what was recorded when it was made";
                Err(Bad::new(format!("archive {id}"), what))
            }
            None => Ok(()),
        }
    }
}

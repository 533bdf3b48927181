//! Calls as a person wants them first: one line each, with how many accesses were made and refused.
use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction};

use super::view::View;
use super::{Choice, Stored};
use crate::state::{Db, Error};

/// One line of a folded list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The record of a call, else the newest that there is of it; or a record that belongs to no call.
    pub record: Stored,
    /// Of a call what is folded.
    pub call: Option<Accesses>,
}

/// The accesses of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accesses {
    /// How many.
    pub all: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// Whether the record of the call itself is there: it is not while the call runs, nor where its process was killed.
    pub has_ended: bool,
}

/// The last `count` lines, the oldest first.
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn folded(db: &Db, choice: &Choice, count: usize) -> Result<Vec<Folded>, Error> {
    db.read(|tx| {
        let mut lines = Lines { all: Vec::new(), calls: HashMap::new(), oldest: i64::MAX };
        if count > 0 {
            choice.walk_back(tx, |record| {
                lines.add(tx, record, count)?;
                Ok::<_, Error>(lines.all.len() < count || record.n > lines.oldest)
            })?;
        }
        lines.all.reverse();
        Ok(lines.all)
    })
}

struct Lines {
    /// The newest first.
    all: Vec<Folded>,
    /// Which line a call is on.
    calls: HashMap<String, usize>,
    /// Where the first record of these calls is.
    oldest: i64,
}

impl Lines {
    fn add(&mut self, tx: &Transaction<'_>, record: &Stored, count: usize) -> Result<(), Error> {
        let view = View::parse(&record.body);
        let call = view.as_ref().filter(|view| !view.probe).and_then(|view| view.call.as_deref());
        let (Some(view), Some(call)) = (&view, call) else {
            if self.all.len() < count {
                self.all.push(Folded { record: record.clone(), call: None });
            }
            return Ok(());
        };
        let at = match self.calls.get(call) {
            Some(at) => *at,
            None if self.all.len() >= count => return Ok(()),
            None => {
                self.oldest = self.oldest.min(first_of(tx, call)?);
                self.calls.insert(call.to_owned(), self.all.len());
                self.all.push(Folded { record: record.clone(), call: Some(Accesses::default()) });
                self.all.len() - 1
            }
        };
        let Some(Folded { record: shown, call: Some(accesses) }) = self.all.get_mut(at) else { return Ok(()) };
        if view.kind == "tools" && view.op == "call" {
            // What stands after it says that a budget was spent: the earlier one says how the call went.
            *shown = record.clone();
            accesses.has_ended = true;
        } else if view.intent.is_none() {
            accesses.all += 1;
            accesses.refused += u64::from(view.outcome == "refused");
        }
        Ok(())
    }
}

fn first_of(tx: &Transaction<'_>, call: &str) -> Result<i64, Error> {
    let sql = "SELECT first_n FROM calls WHERE call = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([call], |row| row.get(0)).optional()?.unwrap_or(0))
}

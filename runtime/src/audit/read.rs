//! Reads the log for people: the last records, those of one thing, those that are still to come.
use super::select;
use super::{Choice, Stored};
use crate::state::{Db, Error};

/// The last `count` chosen records, the oldest first.
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn last(db: &Db, choice: &Choice, count: usize) -> Result<Vec<Stored>, Error> {
    db.read(|tx| choice.last(tx, count))
}

/// Every chosen record from `n` on, in order, as of one moment. Answers how many there were.
///
/// # Errors
/// Those of `each`, and [`Error`] where the store cannot be read.
pub fn each<E: From<Error>>(
    db: &Db,
    choice: &Choice,
    from: i64,
    mut each: impl FnMut(&Stored) -> Result<(), E>,
) -> Result<u64, E> {
    let mut count = 0;
    db.read(|tx| {
        choice.walk(tx, from, |record| {
            count += 1;
            each(record).map(|()| true)
        })
    })?;
    Ok(count)
}

/// The record of a refusal (`d_…`).
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn refusal(db: &Db, id: &str) -> Result<Option<Stored>, Error> {
    db.read(|tx| select::refusal(tx, id))
}

/// The `n` of the newest record; 0 where there is none.
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn newest(db: &Db) -> Result<i64, Error> {
    db.read(|tx| Ok(tx.query_row("SELECT coalesce(max(n), 0) FROM records", [], |row| row.get(0))?))
}

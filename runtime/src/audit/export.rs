//! Writes records out, one a line, so that a copy verifies anywhere against a key the verifier already has.
use std::io::{self, Write};

use rusqlite::Transaction;
use sha2::{Digest, Sha256};

use super::Choice;
use super::event::{self, Event, Subject};
use super::heads::{self, Above};
use super::view::View;
use crate::state::{Error, State, Time};

/// Why an export was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store could not be read.
    #[error(transparent)]
    State(#[from] Error),
    /// The copy could not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Nothing is there to export.
    #[error("there are no such records")]
    Nothing,
}

/// Writes the chosen records of one moment and the line of signed heads; answers how many records.
///
/// # Errors
/// [`ExportError`] where the choice is empty, or something could not be read or written. What was written then lacks its
/// last line and does not verify.
pub fn export(state: &State, choice: &Choice, out: &mut impl Write) -> Result<u64, ExportError> {
    let (count, last) = state.db.read(|tx| {
        let above = records(tx, choice, out)?;
        let count = above.records;
        if count == 0 && *choice != Choice::default() {
            return Err(ExportError::Nothing);
        }
        let mut last = heads::write(tx, choice, above, &state.keys.signing, Time::now())?;
        last.push(b'\n');
        Ok((count, last))
    })?;
    // The signature leaves only once it is recorded that there is one.
    let what = choice.call.as_deref().or(choice.task.as_deref()).unwrap_or("all");
    let event = Event::new(Subject::Log, "export", what, Time::now()).number("records", count);
    event::note(&state.db, &event.text("heads_sha256", hex::encode(Sha256::digest(&last))))?;
    out.write_all(&last)?;
    out.flush()?;
    Ok(count)
}

fn records(tx: &Transaction<'_>, choice: &Choice, out: &mut impl Write) -> Result<Above, ExportError> {
    let mut above = Above { records: 0, lines: Sha256::new(), task: None };
    choice.walk(tx, 0, |record| {
        let mut line = record.line();
        line.push(b'\n');
        above.lines.update(&line);
        above.records += 1;
        if choice.call.is_some() && above.task.is_none() {
            above.task = View::parse(&record.body).map(|view| view.task.into_owned());
        }
        out.write_all(&line)?;
        Ok::<_, ExportError>(true)
    })?;
    Ok(above)
}

//! What the record says of the policy: which version holds, and which one did not load.
//!
//! Loading a policy has no transaction of its own that its record could share. So each process that loads one compares it with
//! what was recorded last, and records a change once.
use rusqlite::{OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use super::chain::Hash;
use super::event::{Event, Subject, append};
use crate::state::{Db, Error, Time};

/// How the policy's file was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'a> {
    /// It loads; the SHA-256 of its texts.
    Sound(&'a Hash),
    /// It does not load; the error's line.
    Broken(&'a str),
}

/// What was recorded last, as rows of the table `noticed`.
#[derive(PartialEq, Eq)]
struct Last {
    /// The SHA-256 of the version that loaded last.
    sound: Option<Hash>,
    /// The SHA-256 of the error of the version that did not load, where none has loaded since.
    broken: Option<Hash>,
}

/// Records how the policy was found, where the record does not say so already.
///
/// # Errors
/// [`Error`] where it could not be written.
pub(crate) fn notice(db: &Db, name: &str, found: Found<'_>) -> Result<(), Error> {
    if db.read(Last::read)?.says(found) {
        return Ok(());
    }
    db.write(|tx| {
        let last = Last::read(tx)?;
        if last.says(found) {
            return Ok(());
        }
        let op = if last.sound.is_some() { "reload" } else { "load" };
        let event = Event::new(Subject::Policy, op, name, Time::now());
        let mut event = match found {
            Found::Sound(sha256) => {
                keep(tx, "policy", sha256)?;
                tx.prepare_cached("DELETE FROM noticed WHERE what = 'broken policy'")?.execute([])?;
                event.text("sha256", hex::encode(sha256))
            }
            Found::Broken(error) => {
                keep(tx, "broken policy", &digest(error))?;
                Event { refused: true, ..event }.note(error)
            }
        };
        if let Some(before) = last.sound {
            event = event.text("before_sha256", hex::encode(before));
        }
        append(tx, &[event])
    })
}

impl Last {
    fn read(tx: &Transaction<'_>) -> Result<Self, Error> {
        let mut statement = tx.prepare_cached("SELECT value FROM noticed WHERE what = ?1")?;
        let mut value = |what: &str| statement.query_row([what], |row| row.get(0)).optional();
        Ok(Self { sound: value("policy")?, broken: value("broken policy")? })
    }

    fn says(&self, found: Found<'_>) -> bool {
        match found {
            Found::Sound(sha256) => self.sound.as_ref() == Some(sha256) && self.broken.is_none(),
            Found::Broken(error) => self.broken == Some(digest(error)),
        }
    }
}

fn keep(tx: &Transaction<'_>, what: &str, value: &Hash) -> Result<(), Error> {
    let sql =
        "INSERT INTO noticed (what, value) VALUES (?1, ?2) ON CONFLICT (what) DO UPDATE SET value = excluded.value";
    tx.prepare_cached(sql)?.execute((what, value))?;
    Ok(())
}

fn digest(error: &str) -> Hash {
    Sha256::digest(error.as_bytes()).into()
}

//! The tasks in the store.
use std::collections::HashSet;

use rusqlite::{OptionalExtension, Params, Transaction};
use toolward_manifests::scope::{Taint, Witnesses};
use toolward_manifests::{Source, Unit};

use super::budget::{self, Holder, Spending, Unspent};
use super::open::{self, Opened, Terms};
use super::past::{self, IsCurrent, Past, SeenValue};
use super::reserve::{self, Reservation, Wanted};
use super::{End, Error, HandleDigest, Life, Moment, NewTask, RefusedOpening, Task, end, expire, refused, rows};
use crate::state::{Db, Time};

/// The tasks of an installation.
pub trait Tasks {
    /// Keeps a new task, where its agent may have one more.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn create(&self, task: &NewTask, terms: &Terms) -> Result<Opened, Error>;

    /// The task that a handle proves, whatever its state.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn by_handle(&self, handle: &HandleDigest) -> Result<Option<Task>, Error>;

    /// The task of an identifier.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn by_id(&self, id: &str) -> Result<Option<Task>, Error>;

    /// All tasks, the newest first.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn list(&self) -> Result<Vec<Task>, Error>;

    /// The tasks above one, its parent first and the root of its tree last.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn above(&self, task: &Task) -> Result<Vec<Task>, Error>;

    /// Ends a task with all below it, and answers where it stands: one that was over before stays as it ended. `None`: no
    /// such task.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn end(&self, id: &str, end: End, now: &Moment) -> Result<Option<Life>, Error>;

    /// Records that a task has expired, where it has and nobody did so before; with it other tasks whose time is over.
    /// Answers how many were recorded.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn note_expiry(&self, id: Option<&str>, now: &Moment) -> Result<usize, Error>;

    /// Records that an opening was refused; the first of an agent within an hour one by one, those beyond by their number.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn note_refused_opening(&self, refused: &RefusedOpening<'_>, now: Time) -> Result<(), Error>;

    /// What the tree of a task did before, as far as rules ask for it. Of the sightings those are answered that a call
    /// supplied whose tool still has this digest.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn past(
        &self,
        task: &Task,
        asked: &[SeenValue<'_>],
        witnesses: &Witnesses,
        is_current: IsCurrent<'_>,
    ) -> Result<Past, Error>;

    /// Counts one call, if the task is open, its budget has room, and what the verdict was reached with still holds: against
    /// the budget, each counted rule, and the rules that ask whether such a call was begun. All of it or nothing.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written; the call must not happen.
    fn reserve_call(&self, wanted: &Wanted<'_>) -> Result<Reservation, Error>;

    /// Whether a task is over, and whether it is tainted.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn stands(&self, task: &Task, now: &Moment) -> Result<(Life, Taint), Error>;

    /// Those of these tasks that are open.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn open_among(&self, ids: &HashSet<String>, now: &Moment) -> Result<HashSet<String>, Error>;

    /// What a task may use up and has used up.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn spending(&self, id: &str) -> Result<Vec<Spending>, Error>;

    /// The texts of a policy that some task was opened under, by its digest.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn policy_texts(&self, sha256: &[u8; 32]) -> Result<Option<Vec<Source>>, Error>;

    /// Takes at least `least` and at most `most` of a unit from the budgets of a task, of all above it, and of its agent's
    /// day; answers how much was taken.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written: nothing was taken.
    fn draw(&self, holder: &Holder, unit: Unit, least: u64, most: u64) -> Result<Result<u64, Unspent>, Error>;

    /// Whether one of a unit is left in the budgets of a task, of all above it, and of its agent's day.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn has_left(&self, holder: &Holder, unit: Unit) -> Result<Result<(), Unspent>, Error>;

    /// Gives back what was drawn and not used.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written: it stays used up.
    fn give_back(&self, holder: &Holder, unused: &[(Unit, u64)]) -> Result<(), Error>;

    /// Taints a tree of tasks, and its agent where the policy lets taint last longer than a task.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written: nothing may be read.
    fn taint(&self, task: &Task, by: &str, lasts: Option<std::time::Duration>, now: &Moment) -> Result<(), Error>;
}

impl Tasks for Db {
    fn create(&self, task: &NewTask, terms: &Terms) -> Result<Opened, Error> {
        self.write(|tx| open::create(tx, task, terms))
    }

    fn by_handle(&self, handle: &HandleDigest) -> Result<Option<Task>, Error> {
        self.read(|tx| one(tx, "handle = ?1", [handle.0]))
    }

    fn by_id(&self, id: &str) -> Result<Option<Task>, Error> {
        self.read(|tx| by_id(tx, id))
    }

    fn list(&self) -> Result<Vec<Task>, Error> {
        let sql = format!("SELECT {} FROM tasks ORDER BY opened DESC, id", rows::COLUMNS);
        self.read(|tx| Ok(tx.prepare_cached(&sql)?.query_map([], rows::task)?.collect::<Result<_, _>>()?))
    }

    fn above(&self, task: &Task) -> Result<Vec<Task>, Error> {
        self.read(|tx| {
            let mut above: Vec<Task> = Vec::new();
            while let Some(kin) = &above.last().unwrap_or(task).opening.kin {
                above.push(existing(tx, &kin.parent)?);
            }
            Ok(above)
        })
    }

    fn end(&self, id: &str, end: End, now: &Moment) -> Result<Option<Life>, Error> {
        self.write(|tx| end::end(tx, id, end, now))
    }

    fn note_expiry(&self, id: Option<&str>, now: &Moment) -> Result<usize, Error> {
        // Who has the handle of a task that is over long since may ask often: that takes no lock.
        if let Some(id) = id
            && self.read(|tx| expire::is_noted(tx, id))?
        {
            return Ok(0);
        }
        self.write(|tx| {
            if let Some(id) = id
                && by_id(tx, id)?.is_some_and(|task| task.life(now) == Life::Expired)
            {
                expire::one(tx, id, now)?;
            }
            refused::told(tx, now)?;
            expire::sweep(tx, now)
        })
    }

    fn note_refused_opening(&self, refused: &RefusedOpening<'_>, now: Time) -> Result<(), Error> {
        self.write(|tx| refused::note(tx, refused, now))
    }

    fn past(
        &self,
        task: &Task,
        asked: &[SeenValue<'_>],
        witnesses: &Witnesses,
        is_current: IsCurrent<'_>,
    ) -> Result<Past, Error> {
        self.read(|tx| past::load(tx, task, asked, witnesses, is_current))
    }

    fn reserve_call(&self, wanted: &Wanted<'_>) -> Result<Reservation, Error> {
        self.write(|tx| reserve::call(tx, wanted))
    }

    fn stands(&self, task: &Task, now: &Moment) -> Result<(Life, Taint), Error> {
        self.read(|tx| Ok((life(tx, task, now)?, past::tainted(tx, task)?)))
    }

    fn open_among(&self, ids: &HashSet<String>, now: &Moment) -> Result<HashSet<String>, Error> {
        self.read(|tx| {
            let mut open = HashSet::new();
            for id in ids {
                let sql = "SELECT ended, ended_at, opened, boot, up, expires FROM tasks WHERE id = ?1";
                let life = tx.prepare_cached(sql)?.query_row([id], |row| rows::life(row, now)).optional()?;
                if life == Some(Life::Open) {
                    open.insert(id.clone());
                }
            }
            Ok(open)
        })
    }

    fn spending(&self, id: &str) -> Result<Vec<Spending>, Error> {
        self.read(|tx| budget::spending(tx, id))
    }

    fn policy_texts(&self, sha256: &[u8; 32]) -> Result<Option<Vec<Source>>, Error> {
        self.read(|tx| open::texts(tx, sha256))
    }

    fn draw(&self, holder: &Holder, unit: Unit, least: u64, most: u64) -> Result<Result<u64, Unspent>, Error> {
        self.write(|tx| budget::draw(tx, holder, unit, least, most))
    }

    fn has_left(&self, holder: &Holder, unit: Unit) -> Result<Result<(), Unspent>, Error> {
        self.read(|tx| budget::has_left(tx, holder, unit))
    }

    fn give_back(&self, holder: &Holder, unused: &[(Unit, u64)]) -> Result<(), Error> {
        self.write(|tx| budget::give_back(tx, holder, unused))
    }

    fn taint(&self, task: &Task, by: &str, lasts: Option<std::time::Duration>, now: &Moment) -> Result<(), Error> {
        self.write(|tx| past::taint(tx, task, by, lasts, now))
    }
}

pub(super) fn by_id(tx: &Transaction<'_>, id: &str) -> Result<Option<Task>, Error> {
    one(tx, "id = ?1", [id])
}

/// Whether a task is over.
pub(crate) fn life(tx: &Transaction<'_>, task: &Task, now: &Moment) -> Result<Life, Error> {
    let mut statement = tx.prepare_cached("SELECT ended, ended_at FROM tasks WHERE id = ?1")?;
    let ended = statement.query_row([&task.opening.id], rows::ended)?;
    Ok(Life::at(ended.map(|(end, _)| end), &task.opening.opened, task.opening.expires, now))
}

/// A task that another row names.
pub(super) fn existing(tx: &Transaction<'_>, id: &str) -> Result<Task, Error> {
    by_id(tx, id)?.ok_or_else(|| Error::Damaged(format!("no task `{id}`")))
}

fn one(tx: &Transaction<'_>, condition: &str, key: impl Params) -> Result<Option<Task>, Error> {
    let sql = format!("SELECT {} FROM tasks WHERE {condition}", rows::COLUMNS);
    Ok(tx.prepare_cached(&sql)?.query_row(key, rows::task).optional()?)
}

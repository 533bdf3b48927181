//! Says whether the log holds, or where it first does not.
mod archived;
mod chains;
mod export;
mod ledger;
mod store;

use std::fmt;

use serde::Serialize;

pub use export::verify_export;
pub use ledger::Checkpoints;
pub use store::verify_store;

use crate::failure::Failure;
use crate::state::Error;

/// The log holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Records that were checked.
    pub records: u64,
    /// Tasks that they belong to.
    pub tasks: usize,
    /// Entries of the ledger.
    pub ledger: u64,
    /// Up to which entry of the ledger checkpoints reach; `None` where none was given, or none that is old enough.
    pub checkpointed: Option<u64>,
    /// Whether only a part of a task was there: what lies between is not vouched for.
    pub part: bool,
    /// Tasks whose records, or the first of them, lie in archives: what the store has of them was checked.
    pub archived: usize,
    /// Intents without an outcome: the process ended in between. The effect may have happened or not.
    pub open_intents: Vec<OpenIntent>,
}

/// An intent without an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenIntent {
    /// The task.
    pub task: String,
    /// The intent's `seq`.
    pub seq: u64,
}

/// The first thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// Where: a line of an export, a record of the store, an entry of the ledger, a checkpoint.
    pub at: String,
    /// What is wrong.
    pub what: String,
}

impl Bad {
    pub(super) fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Why verification ended early.
#[derive(Debug)]
pub enum Stop {
    /// The log does not hold.
    Bad(Bad),
    /// It could not be read.
    Failed(Failure),
}

impl From<Bad> for Stop {
    fn from(bad: Bad) -> Self {
        Self::Bad(bad)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Error> for Stop {
    /// A store that cannot be read because of what stands in it does not hold.
    fn from(error: Error) -> Self {
        if matches!(error, Error::Damaged(_) | Error::Store(_)) {
            Self::Bad(Bad::new("the store", error.to_string()))
        } else {
            Self::Failed(error.into())
        }
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

//! The states of a task. It is open from the start; it is closed by its holder, revoked by the operator, or expires;
//! whatever ended it first stands, and nothing opens it again.
use std::fmt;

use crate::state::{Moment, Time};

/// How somebody ends a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its work is done.
    Closed,
    /// It was taken away.
    Revoked,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Calls may be made.
    Open,
    /// Its work is done.
    Closed,
    /// It was taken away.
    Revoked,
    /// Its time is over.
    Expired,
}

impl Life {
    /// From what is stored, and this moment. A task has as much time as it was opened with, by the wall's clock and by the
    /// kernel's: whichever is over first.
    #[must_use]
    pub fn at(ended: Option<End>, opened: &Moment, expires: Time, now: &Moment) -> Self {
        match ended {
            Some(End::Closed) => Self::Closed,
            Some(End::Revoked) => Self::Revoked,
            None if now.wall >= expires || now.since(opened) >= expires.since(opened.wall) => Self::Expired,
            None => Self::Open,
        }
    }
}

impl End {
    /// The word in the store.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Revoked => "revoked",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Closed, Self::Revoked].into_iter().find(|end| end.word() == word)
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        })
    }
}

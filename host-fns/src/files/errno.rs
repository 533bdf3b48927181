//! Error numbers as a request's fault and as a record's word.
use std::borrow::Cow;

use rustix::io::Errno;

use crate::door::Fault;
use crate::record::Outcome;

impl From<Errno> for Fault {
    /// A refusal by the operating system looks like a refusal by scope.
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::ACCESS | Errno::PERM => Self::Refused,
            other => Self::Os(other.raw_os_error()),
        }
    }
}

/// `Done`, or how it failed.
pub(super) fn outcome<T>(result: &Result<T, Errno>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(errno) => Outcome::Failed(word(*errno)),
    }
}

/// The error in a few words, as `No such file or directory (os error 2)`.
pub(super) fn word(errno: Errno) -> Cow<'static, str> {
    Cow::Owned(std::io::Error::from(errno).to_string())
}

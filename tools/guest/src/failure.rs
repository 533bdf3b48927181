//! Why a tool could not do what it was asked: one line, for the agent to read.

use std::fmt::{self, Display, Formatter};
use std::io::{Error, ErrorKind};

/// A tool's own error. Lower case, no full stop, backticks round what came from the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// A failure in the words given.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// `verb` ("read", "create") could not be done at the guest path `path`.
    #[must_use]
    pub fn at(verb: &str, path: &str, error: &Error) -> Self {
        Self(format!("cannot {verb} `{path}`: {}", Self::why(error)))
    }

    /// Why, in words for an agent.
    #[must_use]
    pub fn why(error: &Error) -> String {
        // A refusal by the scope and one by the host's file system look the same to a guest, and should.
        #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds say it well enough themselves")]
        match error.kind() {
            ErrorKind::NotFound => "there is no such file or directory".to_owned(),
            ErrorKind::PermissionDenied => "access denied".to_owned(),
            ErrorKind::IsADirectory => "it is a directory".to_owned(),
            ErrorKind::NotADirectory => "it is not a directory".to_owned(),
            ErrorKind::AlreadyExists => "it exists already".to_owned(),
            _ => error.to_string(),
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

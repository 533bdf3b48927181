//! What is wrong with a pattern, and where in its text.
use std::fmt;
use std::ops::Range;

/// Why a text is no pattern, or why a template cannot be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The bytes of the pattern's own text that the message is about.
    pub at: Range<usize>,
    /// What is wrong: lower case, no full stop, backticks round what was written.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl PatternError {
    pub(crate) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same error for a text that begins `offset` bytes into a longer one.
    pub(crate) fn shifted(self, offset: usize) -> Self {
        Self { at: self.at.start + offset..self.at.end + offset, ..self }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

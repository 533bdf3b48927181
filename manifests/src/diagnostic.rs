//! What is wrong with a file, where, and what to do about it.
use std::fmt;
use std::ops::Range;

use crate::scope::Source;

/// One error in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name, as given in [`crate::scope::Source`].
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The bytes of the file that the message is about.
    pub span: Range<usize>,
    /// What is wrong: lower case, no full stop, backticks round what was written.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at some bytes of a file.
    #[must_use]
    pub fn new(source: &Source, span: Range<usize>, message: impl Into<String>) -> Self {
        let (line, column) = position(&source.text, span.start);
        Self { file: source.name.clone(), line, column, span, message: message.into(), help: None }
    }

    /// The same with a help, where there is one.
    #[must_use]
    pub fn with_help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// Where the lines of a text begin, so that the line of each rule is found without reading the text up to it.
#[derive(Debug, Clone)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        u32::try_from(self.0.partition_point(|&end| end < at) + 1).unwrap_or(u32::MAX)
    }
}

/// The line and the column, in characters, of a byte: both from 1. It reads the text up to there.
pub(crate) fn position(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or_default();
    crate::work::count(before.len());
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

impl fmt::Display for Diagnostic {
    /// One line: `policy.toml:31:9: unknown key `alow``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for Diagnostic {}

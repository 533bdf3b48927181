//! What is answered.

use serde::Serialize;

/// The matches, and what was not searched.
#[derive(Debug, Default, Serialize)]
pub struct Output {
    /// One for each matching line, in order of path and line.
    pub matches: Vec<Match>,
    /// Files searched to their end.
    pub files_searched: u64,
    /// Files with a match among them.
    pub files_matched: u64,
    /// What was passed over.
    pub skipped: Skipped,
    /// Whether there may be more matches than these.
    pub truncated: bool,
    /// Bytes of text in `matches`.
    #[serde(skip)]
    pub(crate) text_bytes: usize,
}

/// A matching line.
#[derive(Debug, Serialize)]
pub struct Match {
    /// The file, as the input's `root` names it.
    pub path: String,
    /// From 1.
    pub line: u64,
    /// The first match in the line: in characters, from 1.
    pub column: u64,
    /// The line, or of a long one the part around the match.
    pub text: String,
    /// Whether `text` is only a part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The lines before it, where context was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The lines after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// Files that were not searched, counted.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// With a NUL byte.
    pub binary: u64,
    /// That could not be opened, listed or read: no access, or a line of more than 8 MiB.
    pub unreadable: u64,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) matches: Vec<Match>,
    pub(crate) binary: bool,
    pub(crate) truncated: bool,
}

impl Output {
    pub(crate) fn add(&mut self, found: Found) {
        if found.binary {
            self.skipped.binary += 1;
            return;
        }
        self.files_searched += 1;
        self.files_matched += u64::from(!found.matches.is_empty());
        self.truncated |= found.truncated;
        self.text_bytes += found.matches.iter().map(Match::text_bytes).sum::<usize>();
        self.matches.extend(found.matches);
    }
}

impl Match {
    fn text_bytes(&self) -> usize {
        self.path.len() + self.text.len() + self.before.iter().chain(&self.after).map(String::len).sum::<usize>()
    }
}

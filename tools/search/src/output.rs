//! What is answered.

use guest::Unreadable;
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
    /// What cut the search short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated_by: Option<Bound>,
    /// Bytes of text in `matches`.
    #[serde(skip)]
    pub(crate) text_bytes: usize,
}

/// What a search ends at before it has seen everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The input's `max_results`.
    MaxResults,
    /// What one answer holds.
    Size,
    /// The files that one call may open.
    Files,
    /// The time that the manifest gives.
    Time,
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

/// What was not searched.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Files with a NUL byte.
    pub binary: u64,
    /// What could not be opened, listed or read: no access, or a line of more than 8 MiB.
    pub unreadable: Unreadable,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) matches: Vec<Match>,
    pub(crate) binary: bool,
    pub(crate) truncated: bool,
}

impl Output {
    /// The search ends at this bound.
    pub(crate) fn cut_by(&mut self, bound: Bound) {
        self.truncated = true;
        self.truncated_by.get_or_insert(bound);
    }

    pub(crate) fn add(&mut self, found: Found) {
        if found.binary {
            self.skipped.binary += 1;
            return;
        }
        self.files_searched += 1;
        self.files_matched += u64::from(!found.matches.is_empty());
        if found.truncated {
            self.cut_by(Bound::MaxResults);
        }
        self.text_bytes += found.matches.iter().map(Match::text_bytes).sum::<usize>();
        self.matches.extend(found.matches);
    }
}

impl Match {
    fn text_bytes(&self) -> usize {
        self.path.len() + self.text.len() + self.before.iter().chain(&self.after).map(String::len).sum::<usize>()
    }
}

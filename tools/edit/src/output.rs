//! What is answered.

use std::time::Duration;

use guest::decode::{Charset, Text};
use guest::{Place, text};
use serde::Serialize;
use similar::TextDiff;

/// Bytes of a diff in one answer.
const MOST_DIFF: usize = 256 << 10;
/// Lines, before and after together, of which a diff is made: each takes memory.
const MOST_LINES: usize = 200_000;
/// A smallest diff can take quadratic time. After this one that is not the smallest will do.
const MOST_TIME: Duration = Duration::from_secs(1);

/// What was done.
#[derive(Debug, Serialize)]
pub struct Output {
    /// The file, as the input names it.
    pub path: String,
    /// How often the text was replaced.
    pub replacements: usize,
    /// How the file was written.
    pub written: Written,
    /// Bytes in the file now.
    pub size: usize,
    /// The charset that the file is in, and stays in; not given for UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<Charset>,
    /// A unified diff; none for a file of very many lines.
    pub diff: String,
    /// Whether `diff` is not all of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub diff_truncated: bool,
}

/// The way a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// A new file was renamed over it: all or nothing.
    Renamed,
    /// Into the file itself: an end in the middle of that leaves half a file.
    InPlace,
    /// It is a new file.
    Created,
    /// It was not.
    DryRun,
}

impl Output {
    /// What would be done.
    pub(crate) fn new(place: &Place, before: &str, after: &str, replacements: usize) -> Self {
        let diff = diff(place.guest(), before, after);
        let shown = diff.as_deref().map_or("", |diff| text::head(diff, MOST_DIFF));
        Self {
            path: place.guest().to_owned(),
            replacements,
            written: Written::DryRun,
            size: after.len(),
            charset: None,
            diff: shown.to_owned(),
            diff_truncated: diff.as_ref().is_none_or(|diff| shown.len() < diff.len()),
        }
    }

    /// In a file of this charset, which then has so many bytes.
    pub(crate) fn of(self, file: &Text, size: usize) -> Self {
        Self { size, charset: Some(file.charset).filter(|charset| *charset != Charset::Utf8), ..self }
    }

    /// What was done.
    pub(crate) fn with(self, written: Written) -> Self {
        Self { written, ..self }
    }
}

fn diff(path: &str, before: &str, after: &str) -> Option<String> {
    if before.lines().count() + after.lines().count() > MOST_LINES {
        return None;
    }
    let path = path.trim_start_matches('/');
    let old = if before.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}") };
    let changes = TextDiff::configure().timeout(MOST_TIME).diff_lines(before, after);
    Some(changes.unified_diff().header(&old, &format!("b/{path}")).to_string())
}

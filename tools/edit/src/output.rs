//! What is answered.

use guest::{Place, text};
use serde::Serialize;
use similar::{Algorithm, TextDiff};

/// Bytes of a diff in one answer.
const MOST_DIFF: usize = 256 << 10;

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
    /// A unified diff.
    pub diff: String,
    /// Whether the diff goes on.
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
    pub(crate) fn new(place: &Place, before: &str, after: &str, replacements: usize, written: Written) -> Self {
        let diff = diff(place.guest(), before, after);
        let shown = text::head(&diff, MOST_DIFF);
        Self {
            path: place.guest().to_owned(),
            replacements,
            written,
            size: after.len(),
            diff: shown.to_owned(),
            diff_truncated: shown.len() < diff.len(),
        }
    }
}

fn diff(path: &str, before: &str, after: &str) -> String {
    let path = path.trim_start_matches('/');
    // Myers looks for the smallest diff and can take quadratic time; the time of a call is better spent.
    let changes = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(before, after);
    let old = if before.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}") };
    changes.unified_diff().header(&old, &format!("b/{path}")).to_string()
}

//! What a tool could not look at: how much it is, and the first of it by name, so that nothing passes for empty.

use serde::Serialize;

/// Names that an answer holds.
const MOST_NAMES: usize = 20;

/// Files and directories that could not be opened, listed or read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// How many.
    pub count: u64,
    /// The first twenty of them that have a name, each with why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<String>,
}

impl Unreadable {
    /// Counts one more, which has this name.
    pub fn add(&mut self, path: &str, why: &dyn std::fmt::Display) {
        self.count += 1;
        if self.first.len() < MOST_NAMES {
            self.first.push(format!("{path}: {why}"));
        }
    }
}

//! What can be asked for.

use serde::Deserialize;

/// A search for a pattern in a file or a tree of files.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A regular expression, in the syntax of Rust's `regex` crate (no look-around, no back-references).
    pub pattern: String,
    /// The file, or the directory at the top of the tree, to search.
    #[serde(default = "mount")]
    pub root: String,
    /// Search only files that match one of these; `!` at the beginning leaves out those that match.
    /// The syntax of `.gitignore`: without a slash it is the name at any depth.
    #[serde(default)]
    pub globs: Vec<String>,
    /// Take the pattern as plain text.
    #[serde(default)]
    pub literal: bool,
    /// Match whole words only.
    #[serde(default)]
    pub word: bool,
    /// Whether `a` matches `A`.
    #[serde(default)]
    pub case: Case,
    /// Search hidden files and directories too (their names begin with a dot).
    #[serde(default)]
    pub hidden: bool,
    /// Leave out what `.gitignore` and `.ignore` files name.
    #[serde(default = "yes")]
    pub gitignore: bool,
    /// Lines to show before and after each match.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(max = 20)))]
    pub context: u8,
    /// The most matching lines to answer with.
    #[serde(default = "some")]
    #[cfg_attr(test, schemars(range(min = 1, max = 5000)))]
    pub max_results: usize,
}

/// Whether `a` matches `A`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// No.
    #[default]
    Sensitive,
    /// Yes.
    Insensitive,
    /// Only where the pattern has no capital.
    Smart,
}

/// The mount that the manifest names.
fn mount() -> String {
    "/repo".to_owned()
}

fn yes() -> bool {
    true
}

fn some() -> usize {
    200
}

//! What can be asked for.

use serde::Deserialize;

/// A directory to list.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The directory at the top.
    #[serde(default = "mount")]
    pub root: String,
    /// How far down: 1 is the directory's own entries. Directories at this depth are named and not opened.
    #[serde(default = "shallow")]
    #[cfg_attr(test, schemars(range(min = 1, max = 64)))]
    pub depth: usize,
    /// List only files that match one of these; `!` at the beginning leaves out files and directories that match.
    /// Without a slash a glob is matched with the name, otherwise with the path below `root`.
    #[serde(default)]
    pub globs: Vec<String>,
    /// List hidden files and directories too (their names begin with a dot).
    #[serde(default)]
    pub hidden: bool,
    /// The order within each directory.
    #[serde(default)]
    pub sort: Sort,
    /// The most entries to answer with. Totals count all that were seen.
    #[serde(default = "some")]
    #[cfg_attr(test, schemars(range(min = 1, max = 10000)))]
    pub max_entries: usize,
}

/// An order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// The largest first.
    Size,
}

/// The mount that the manifest names.
fn mount() -> String {
    "/repo".to_owned()
}

fn shallow() -> usize {
    3
}

fn some() -> usize {
    1000
}

//! What is answered.

use serde::Serialize;

/// The entries, each directory before what is in it.
#[derive(Debug, Default, Serialize)]
pub struct Output {
    /// Each entry below the root.
    pub entries: Vec<Entry>,
    /// All that was seen, listed here or not.
    pub totals: Totals,
    /// What could not be looked at or opened: the first of it by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// Whether something was left out for being too much.
    pub truncated: bool,
    /// What cut the listing short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated_by: Option<Bound>,
}

/// What a listing ends at before it has seen everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The input's `max_entries`.
    MaxEntries,
    /// The entries that one call may look at.
    Seen,
    /// The time that the manifest gives.
    Time,
}

/// A file or directory.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Below the root.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Bytes: a file's own, or of all the files listed below a directory. Not given for a directory that was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symlink. It is not followed.
    Symlink,
    /// Anything else.
    Other,
}

/// Sums.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Regular files.
    pub files: u64,
    /// Directories, without the root.
    pub directories: u64,
    /// Bytes in the files.
    pub bytes: u64,
    /// Entries that could not be looked at, and directories that could not be opened.
    pub unreadable: u64,
}

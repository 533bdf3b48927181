//! What can be asked for.

use serde::Deserialize;

/// One replacement in one file, or a new file.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The file.
    pub path: String,
    /// The text to replace, exactly as it stands in the file. It must occur once, unless `all` or `count` says otherwise.
    /// In a file whose lines all end in CRLF, a bare LF here and in `new` means CRLF.
    #[serde(default)]
    pub old: Option<String>,
    /// The text to put in its place; with `create`, all of the new file.
    pub new: String,
    /// Replace every occurrence.
    #[serde(default)]
    pub all: bool,
    /// Replace every occurrence, provided there are exactly so many.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: Option<usize>,
    /// Make a new file. A file of that name must not exist.
    #[serde(default)]
    pub create: bool,
    /// True: write a new file beside it and rename that over it, so that nobody ever sees half a file; the name keeps
    /// its mode, and the scope must allow create and delete. False: write into the file itself.
    /// Not given: true, except for a symlink and for a script (`#!`), which would stop being what they are, and where a
    /// rename would lose the file's owner or its attributes.
    #[serde(default)]
    pub atomic: Option<bool>,
    /// Answer with the diff, and write nothing.
    #[serde(default)]
    pub dry_run: bool,
}

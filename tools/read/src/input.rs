//! What can be asked for.

use serde::Deserialize;

/// A file, or a part of one.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The file.
    pub path: String,
    /// These lines only. Without a range: from the beginning, as far as an answer goes.
    #[serde(default)]
    pub lines: Option<Lines>,
    /// These bytes only, counted as they lie in the file. Where it is not UTF-8 they come as hexadecimal digits.
    #[serde(default)]
    pub bytes: Option<Bytes>,
    /// Put its number and a tab before each line.
    #[serde(default)]
    pub line_numbers: bool,
}

/// A range of lines.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// The first, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub first: u64,
    /// How many.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
}

/// A range of bytes. Where it cuts a character, text leaves that character out.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bytes {
    /// The first, from 0.
    #[serde(default)]
    pub first: u64,
    /// How many.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { first: 1, count: 2000 }
    }
}

//! What is answered.

use guest::text;
use serde::Serialize;

/// Bytes of text in one answer.
pub(crate) const MOST_TEXT: usize = 256 << 10;

/// A part of a file.
#[derive(Debug, Serialize)]
pub struct Output {
    /// The file, as the input names it.
    pub path: String,
    /// Bytes in the whole file.
    pub size: u64,
    /// What `text` was made from.
    pub encoding: Encoding,
    /// The text asked for; nothing for a binary file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes of a binary file that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// Where `text` or `hex` begins: a line from 1, or a byte from 0.
    #[serde(flatten)]
    pub first: Option<First>,
    /// How many lines the file has, where its end was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_lines: Option<u64>,
    /// Whether the file goes on after what is shown.
    pub truncated: bool,
}

/// How the bytes read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// All of it is UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Not all of it is: what is not stands as U+FFFD, so `text` is not what the file holds.
    Lossy,
    /// It has NUL bytes.
    Binary,
}

/// Where the part begins, and how much it is.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum First {
    /// A range of lines.
    Line {
        /// From 1.
        first_line: u64,
        /// How many.
        lines: u64,
    },
    /// A range of bytes.
    Byte {
        /// From 0.
        first_byte: u64,
        /// How many.
        bytes: u64,
    },
}

impl Output {
    pub(crate) fn of(path: &str, size: u64) -> Self {
        Self {
            path: path.to_owned(),
            size,
            encoding: Encoding::Utf8,
            text: None,
            hex: None,
            first: None,
            total_lines: None,
            truncated: false,
        }
    }

    /// Appends what `bytes` read as, up to the most that an answer holds. False where that cut it short.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        let line = String::from_utf8_lossy(bytes);
        if matches!(line, std::borrow::Cow::Owned(_)) {
            self.encoding = Encoding::Lossy;
        }
        let text = self.text.get_or_insert_default();
        let part = text::head(&line, MOST_TEXT.saturating_sub(text.len()));
        text.push_str(part);
        part.len() == line.len()
    }
}

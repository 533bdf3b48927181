//! What is answered.

use guest::decode::{Charset, Sniffed};
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
    /// UTF-8; a byte order mark is shown only in a range of bytes.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first; `text` is without its byte order mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Neither UTF-8 nor UTF-16 with a byte order mark: each byte is one character.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// Some bytes are no text in UTF-8: they stand as U+FFFD, so `text` is not what the file holds.
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

impl Encoding {
    /// As the beginning of a file tells it.
    pub(crate) fn of(about: Sniffed) -> Self {
        match about.charset {
            _ if about.binary => Self::Binary,
            Charset::Utf8 => Self::Utf8,
            Charset::Utf16Le => Self::Utf16Le,
            Charset::Utf16Be => Self::Utf16Be,
            Charset::Windows1252 => Self::Windows1252,
        }
    }
}

impl Output {
    pub(crate) fn of(path: &str, size: u64, encoding: Encoding) -> Self {
        Self {
            path: path.to_owned(),
            size,
            encoding,
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

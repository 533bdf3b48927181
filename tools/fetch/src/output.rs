//! What is answered.

use serde::Serialize;

use crate::redirect::Arrived;

/// Bytes that `text` takes in the answer's JSON. As much as the base64 of the largest body.
const MOST_JSON: usize = 12 << 20;

/// A page or a file, or what a server says instead.
#[derive(Debug, Serialize)]
pub struct Output {
    /// Where it was found in the end.
    pub url: String,
    /// The HTTP status. Any but 200 to 299 tells that this is not what was wanted.
    pub status: u16,
    /// What the server says it is, without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The charset that `text` was decoded from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// The length that the server tells, in bytes as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Bytes that were read of it, after decompression.
    pub bytes: usize,
    /// Whether there is more.
    pub truncated: bool,
    /// Whether some bytes are not in the charset: they stand as U+FFFD.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
    /// The redirects on the way, the first one first.
    pub redirects: Vec<Hop>,
    /// Where a redirect leads that was not followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The title of an HTML page that comes as Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Its status.
    pub status: u16,
    /// The URL that answered with it.
    pub url: String,
}

impl Output {
    pub(crate) fn of(arrived: &Arrived) -> Self {
        let response = &arrived.response;
        let essence = response.content_type().essence;
        Self {
            url: arrived.url.to_string(),
            status: response.status,
            content_type: (!essence.is_empty()).then_some(essence),
            charset: None,
            length: response.header("content-length").and_then(|length| length.trim().parse().ok()),
            bytes: 0,
            truncated: false,
            lossy: false,
            redirects: arrived.redirects.clone(),
            location: arrived.next.as_ref().map(ToString::to_string),
            title: None,
            text: None,
            base64: None,
        }
    }

    /// Answers with `text`, or as much of it as an answer holds.
    pub(crate) fn say(&mut self, mut text: String) {
        let most = fitting(&text, MOST_JSON);
        self.truncated |= most < text.len();
        text.truncate(most);
        self.text = Some(text);
    }
}

/// Bytes of the longest beginning of `text` that takes at most `most` bytes in JSON.
fn fitting(text: &str, most: usize) -> usize {
    let mut taken = 0;
    let beyond = text.char_indices().find(|(_, character)| {
        taken += match character {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            '\0'..'\u{20}' => 6,
            _ => character.len_utf8(),
        };
        taken > most
    });
    beyond.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn what_fits_is_counted_as_json_writes_it() {
        for text in ["plain", "añ€😀", "\"\\\n\r\t\u{8}\u{c}", "\0\u{1b}\u{1f}\u{7f}"] {
            let quoted = serde_json::to_string(text).unwrap().len() - 2;
            assert_eq!(fitting(text, quoted), text.len(), "{text:?}");
            assert!(fitting(text, quoted - 1) < text.len(), "{text:?}");
        }
        assert_eq!(fitting("añb", 2), 1);
    }
}

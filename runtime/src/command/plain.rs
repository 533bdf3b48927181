//! Text for people, of which nothing gives orders to a terminal, whoever wrote the names in it.
use serde::Serialize;

use crate::audit::is_unsafe;
use crate::failure::Failure;

/// The same text, in which what changes how text is shown stands as an escape. Line ends stay.
pub(super) fn lines(text: &str) -> String {
    escaped(text, |c| c == '\n' || c == '\t')
}

/// The same on one line.
pub(super) fn line(text: &str) -> String {
    escaped(text, |_| false)
}

/// A value as JSON in which the same characters stand as JSON's escapes: no other value, only another spelling.
pub(super) fn json(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::internal(error.to_string()))?;
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            // What is unsafe stands inside a string: outside there is only JSON's own punctuation.
            plain.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            plain.push(c);
        }
    }
    Ok(plain)
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) && !stays(c) {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_is_another_spelling_of_the_same_value() {
        let value = serde_json::json!({"a\u{9b}": "\u{202e}\u{e0041}\n\u{7f}é\\"});
        let text = super::json(&value).unwrap();
        assert_eq!(text, r#"{"a\u009b":"\u202e\udb40\udc41\n\u007fé\\"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn what_gives_orders_to_a_terminal_is_escaped_and_the_rest_is_left() {
        for (raw, lines, line) in [
            ("grün \\ `x`", "grün \\ `x`", "grün \\ `x`"),
            ("a\x1b[2J\u{202e}\u{9b}", "a\\u{1b}[2J\\u{202e}\\u{9b}", "a\\u{1b}[2J\\u{202e}\\u{9b}"),
            ("a\r\n\tb\0", "a\\r\n\tb\\u{0}", "a\\r\\n\\tb\\u{0}"),
        ] {
            assert_eq!((super::lines(raw).as_str(), super::line(raw).as_str()), (lines, line));
        }
    }
}

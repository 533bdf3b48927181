//! What the TOML reader says, in the words of the file's author.
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::nearest::did_you_mean;
use crate::scope::Source;

/// The diagnostic for an error of the TOML reader.
pub(crate) fn explain(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    let diagnostic = |message: String| Diagnostic::new(source, clip(&source.text, &span), message);
    let written = source.text.get(clip(&source.text, &span)).unwrap_or_default();
    if message.contains("$__toml_private_datetime") || (is_date(written) && message.starts_with("invalid type: map")) {
        return diagnostic("a date or time is no value here".to_owned());
    }
    if message == "duplicate key" {
        return diagnostic(format!("duplicate key `{}`", written.escape_debug()));
    }
    if let Some((word, known)) = named(message, "unknown field `") {
        return diagnostic(format!("unknown key `{}`", word.escape_debug())).with_help(did_you_mean(word, known));
    }
    if let Some((word, known)) = named(message, "unknown variant `") {
        return diagnostic(format!("unknown word `{}`", word.escape_debug())).with_help(did_you_mean(word, known));
    }
    if let Some((key, _)) = named(message, "missing field `") {
        return diagnostic(format!("the key `{key}` is missing"));
    }
    if let Some(rest) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: ")) {
        let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
        return diagnostic(format!("expected {}, not {}", expectation(expected), finding(found)));
    }
    diagnostic(lower_first(message))
}

/// The word that a message of serde names, and the words that it expected.
fn named<'m>(message: &'m str, prefix: &str) -> Option<(&'m str, Vec<&'m str>)> {
    let rest = message.strip_prefix(prefix)?;
    let (word, expected) = match rest.rsplit_once("`, expected ") {
        Some(parts) => parts,
        None => (rest.rsplit_once('`')?.0, ""),
    };
    Some((word, expected.split('`').skip(1).step_by(2).collect()))
}

/// What was expected, without Rust's words.
fn expectation(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a map" => "a table",
        "a boolean" => "`true` or `false`",
        "i64" | "u32" => "an integer",
        _ if expected.starts_with("struct ") => "a table",
        _ => expected,
    }
}

/// What was found, without Rust's words.
fn finding(found: &str) -> String {
    match found {
        "map" => "a table".to_owned(),
        "sequence" => "an array".to_owned(),
        _ => match found.split_once(' ') {
            Some(("string", text)) => format!("the string {text}"),
            Some(("integer", number)) => format!("the integer {number}"),
            Some(("boolean", word)) => word.to_owned(),
            Some(("floating", _)) => format!("the number {}", found.trim_start_matches("floating point ")),
            _ => found.to_owned(),
        },
    }
}

/// Whether a value is written as one of TOML's dates and times: it begins with a digit and is no table.
fn is_date(written: &str) -> bool {
    written.starts_with(|c: char| c.is_ascii_digit())
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// A span that lies on characters of the text, and ends with its first line.
fn clip(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end).max(start);
    let line = text.get(start..end).and_then(|part| part.find(['\r', '\n'])).filter(|&length| length > 0);
    start..line.map_or(end, |length| start + length)
}

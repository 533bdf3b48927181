//! Segments that every server reads in one way: all but a few, so that an ordinary URL is not read twice.
use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::{characters, steps};
use crate::pattern::escape;

/// Whether no step changes the segment, but for escapes that become the character that they stand for.
pub(crate) fn is_plain(segment: &str) -> bool {
    segment.chars().all(is_plain_char)
        && !segment.ends_with('.')
        && !segment.contains(":$")
        && !segment.starts_with(is_space)
        && !segment.ends_with(is_space)
        && (segment.is_ascii() || is_nfkc_quick(segment.chars()) == IsNormalized::Yes)
        && (!segment.contains('(') || steps::without_sessions(segment).is_none())
}

fn is_plain_char(c: char) -> bool {
    match escape::ascii_of(c) {
        Some(escaped) => !escape::is_structure(c) && !matches!(escaped, ';' | '?' | '#' | '(' | ':' | '$'),
        None if c.is_ascii() => !matches!(c, ';' | '%' | '\\' | '?' | '#') && !c.is_control(),
        None => {
            escape::byte_of(c).is_none()
                && !c.is_control()
                && !c.is_whitespace()
                && !characters::is_ignorable(c)
                && !characters::is_odd_slash(c)
        }
    }
}

fn is_space(c: char) -> bool {
    escape::ascii_of(c).unwrap_or(c).is_whitespace()
}

/// A reading as text to compare with the pattern of an `allow`: escapes are the characters that they stand for, and
/// variants of a character are that character.
pub(crate) fn decoded_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| escape::ascii_of(c).unwrap_or(c)).nfkc().collect())
}

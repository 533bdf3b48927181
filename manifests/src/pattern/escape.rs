//! Percent-encodings of a URL's path as single characters, so that a pattern's wildcards cannot match half of one.
//!
//! An encoded unreserved character and an encoded character beyond ASCII (no control) become the character itself; every other
//! escape becomes one of the last 1,024 private-use characters, which stands for its byte *and* the case of its two
//! digits. Those characters themselves stay escapes, so that no two URLs become one text.
use std::borrow::Cow;

/// U+10FC00, the first of 1,024: byte × 4 + the case of the two digits.
const FIRST: u32 = 0x0010_FC00;

/// The escape that a text beginning with `%` starts with, as a character, and its length; `None` for `%` and no digits.
pub(crate) fn parse(text: &str) -> Option<(char, usize)> {
    let (byte, case) = one(text)?;
    if is_unreserved(byte) {
        return Some((char::from(byte), 3));
    }
    Some(beyond_ascii(text, byte).unwrap_or((mark(byte, case), 3)))
}

/// The byte of an escape, and which of its digits are upper-case letters.
fn one(text: &str) -> Option<(u8, u32)> {
    let mut bytes = text.bytes();
    let (Some(b'%'), Some(high), Some(low)) = (bytes.next(), bytes.next(), bytes.next()) else { return None };
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let case = |b: u8| u32::from(b.is_ascii_uppercase());
    Some((digit(high)? << 4 | digit(low)?, case(high) << 1 | case(low)))
}

/// A character beyond ASCII, spelled as the escapes of its UTF-8.
fn beyond_ascii(text: &str, first: u8) -> Option<(char, usize)> {
    let count = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = (0..count).map(|i| Some(one(text.get(i * 3..)?)?.0)).collect();
    let bytes = bytes?;
    let c = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    (!is_mark(c) && !c.is_control()).then_some((c, count * 3))
}

/// A character as one URL spells it in a path: `None` where it stands for itself.
pub(crate) fn encode(c: char) -> Option<char> {
    let byte = u8::try_from(c).ok().filter(u8::is_ascii)?;
    (!is_path_char(c)).then(|| mark(byte, 0b11 & u32::from(byte_has_letters(byte))))
}

/// Which digits of a byte's escape are letters: both bits as in [`mark`].
fn byte_has_letters(byte: u8) -> u8 {
    u8::from(byte >> 4 > 9) << 1 | u8::from(byte & 15 > 9)
}

fn mark(byte: u8, case: u32) -> char {
    char::from_u32(FIRST + u32::from(byte) * 4 + case).unwrap_or(char::MAX)
}

/// Whether the character stands for an escape.
pub(crate) fn is_mark(c: char) -> bool {
    u32::from(c) >= FIRST
}

/// The byte and digits' case that a character stands for.
fn unmark(c: char) -> Option<(u8, u32)> {
    let code = u32::from(c).checked_sub(FIRST)?;
    Some((u8::try_from(code / 4).ok()?, code % 4))
}

/// The ASCII character of the escape that a character stands for.
pub(crate) fn ascii_of(c: char) -> Option<char> {
    unmark(c).map(|(byte, _)| byte).filter(u8::is_ascii).map(char::from)
}

/// The byte of the escape that a character stands for, where it is not ASCII: such an escape is no part of UTF-8, or of a
/// control character.
pub(crate) fn byte_of(c: char) -> Option<u8> {
    unmark(c).map(|(byte, _)| byte).filter(|byte| !byte.is_ascii())
}

/// Whether the character stands for an escape that a server may take for structure: `/`, `\`, `%`, NUL or a control
/// character. No wildcard of an `allow` matches it; only a literal that spells it does.
pub(crate) fn is_structure(c: char) -> bool {
    unmark(c).is_some_and(|(byte, _)| matches!(byte, b'/' | b'\\' | b'%' | 0..=0x1F | 0x7F))
}

/// A path with its escapes of unreserved characters decoded, and nothing else changed; `None` where a `%` is not followed
/// by two digits.
pub(crate) fn decode_unreserved(path: &str) -> Option<String> {
    let mut normal = String::with_capacity(path.len());
    let mut parts = path.split('%');
    normal.push_str(parts.next()?);
    for part in parts {
        let (byte, _) = one(&format!("%{part}"))?;
        let (digits, rest) = part.split_at_checked(2)?;
        if is_unreserved(byte) {
            normal.push(byte.into());
        } else {
            normal.push('%');
            normal.push_str(digits);
        }
        normal.push_str(rest);
    }
    Some(normal)
}

/// A whole segment with its escapes as characters.
pub(crate) fn decode(segment: &str) -> Cow<'_, str> {
    decode_by(segment, parse)
}

/// The same, but an encoded unreserved character stays an escape: it is one where something was decoded before, and a server
/// may not decode it again.
pub(crate) fn decode_later(segment: &str) -> Cow<'_, str> {
    decode_by(segment, |text| {
        let (byte, case) = one(text)?;
        if is_unreserved(byte) { Some((mark(byte, case), 3)) } else { parse(text) }
    })
}

fn decode_by(segment: &str, parse: impl Fn(&str) -> Option<(char, usize)>) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut text = String::with_capacity(segment.len());
    let mut rest = segment.chars();
    while let Some(c) = rest.clone().next() {
        let (c, length) = if c == '%' { parse(rest.as_str()).unwrap_or((c, 1)) } else { (c, c.len_utf8()) };
        text.push(c);
        rest = rest.as_str().get(length..).unwrap_or_default().chars();
    }
    Cow::Owned(text)
}

/// A text with its escapes spelled out again.
pub(crate) fn spell(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        let Some((byte, case)) = unmark(c) else {
            spelled.push(c);
            continue;
        };
        let digit = |value: u8, upper: bool| {
            let digit = char::from_digit(value.into(), 16).unwrap_or_default();
            if upper { digit.to_ascii_uppercase() } else { digit }
        };
        spelled.push('%');
        spelled.push(digit(byte >> 4, case & 2 != 0));
        spelled.push(digit(byte & 15, case & 1 != 0));
    }
    spelled
}

/// For `ask` and `deny`: folded, and an escape is the character it stands for; but what a server may take for
/// structure, and bytes that are no UTF-8, stay escapes, in one case.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !text.contains(is_mark) {
        return super::fold::fold(text);
    }
    let plain = |c: char| match unmark(c) {
        Some((byte, _)) if byte.is_ascii() && !is_structure(c) => char::from(byte),
        Some((byte, _)) => mark(byte, 0),
        None => c,
    };
    Cow::Owned(super::fold::fold(&text.chars().map(plain).collect::<String>()).into_owned())
}

/// RFC 3986, section 2.3.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether the character stands for itself in a URL's path: RFC 3986's `pchar`, and characters beyond ASCII, which
/// WHATWG parsing encodes.
pub(crate) fn is_path_char(c: char) -> bool {
    match u8::try_from(c).ok().filter(u8::is_ascii) {
        Some(byte) => is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte),
        None => !is_mark(c) && !c.is_control(),
    }
}

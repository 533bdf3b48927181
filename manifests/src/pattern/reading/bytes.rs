//! What servers make of escapes that are no UTF-8.
use crate::pattern::escape;

/// Decodes UTF-8 as old decoders do: overlong forms, up to six bytes, and continuation bytes that are none.
pub(super) fn lenient_utf8(text: &str) -> Option<String> {
    if !text.contains(is_byte) {
        return None;
    }
    let mut read = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let mut behind = rest.clone();
        match sequence(c, &mut behind) {
            Some(decoded) => {
                read.push(decoded);
                rest = behind;
            }
            None => read.push(c),
        }
    }
    (read != text).then_some(read)
}

/// The character of a sequence that begins with `first`, whose other bytes are taken from `rest`.
fn sequence(first: char, rest: &mut std::str::Chars<'_>) -> Option<char> {
    let first = u32::from(escape::byte_of(first)?);
    let (count, bits) = match first {
        0xC0..=0xDF => (1, first & 0x1F),
        0xE0..=0xEF => (2, first & 0x0F),
        0xF0..=0xF7 => (3, first & 0x07),
        0xF8..=0xFB => (4, first & 0x03),
        0xFC..=0xFD => (5, first & 0x01),
        _ => return None,
    };
    let mut code = bits;
    for _ in 0..count {
        let c = rest.next().filter(|&c| c != '/')?;
        let byte = escape::byte_of(c).or_else(|| u8::try_from(c).ok().filter(u8::is_ascii))?;
        code = code << 6 | u32::from(byte & 0x3F);
    }
    char::from_u32(code)
}

/// Takes each byte for a character of Latin-1.
pub(super) fn latin_1(text: &str) -> Option<String> {
    text.contains(is_byte).then(|| text.chars().map(|c| escape::byte_of(c).map_or(c, char::from)).collect())
}

/// Drops the bytes.
pub(super) fn without_bytes(text: &str) -> Option<String> {
    text.contains(is_byte).then(|| text.chars().filter(|&c| !is_byte(c)).collect())
}

/// Whether the character stands for an escape whose byte is not ASCII: one that is no UTF-8.
fn is_byte(c: char) -> bool {
    escape::byte_of(c).is_some()
}

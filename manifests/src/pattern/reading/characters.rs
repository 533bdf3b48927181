//! What servers make of characters beyond ASCII, and of control characters.
use unicode_normalization::UnicodeNormalization;

/// Decodes `%u002e`: IIS.
pub(super) fn unicode_escapes(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut read = parts.next()?.to_owned();
    for part in parts {
        match unicode_escape(part) {
            Some((c, behind)) => read.extend([c].into_iter().chain(behind.chars())),
            None => read.extend(['%'].into_iter().chain(part.chars())),
        }
    }
    (read != text).then_some(read)
}

/// The character of `u002e`, and what stands behind that.
fn unicode_escape(text: &str) -> Option<(char, &str)> {
    let (digits, behind) = text.strip_prefix(['u', 'U'])?.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let code = is_hex.then(|| u32::from_str_radix(digits, 16).ok())??;
    Some((char::from_u32(code)?, behind))
}

/// Drops control characters, NUL among them.
pub(super) fn without_controls(text: &str) -> Option<String> {
    text.contains(char::is_control).then(|| text.chars().filter(|c| !c.is_control()).collect())
}

/// Writes each character as the ordinary one that it is a variant of (Unicode's NFKC, and slashes that Windows maps to
/// ASCII), and drops those that are not shown.
pub(super) fn compatible(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let read: String = text.chars().filter(|&c| !is_ignorable(c)).map(slash).nfkc().collect();
    (read != text).then_some(read)
}

/// The slash or backslash that Windows maps the character to in code pages that do not have it.
fn slash(c: char) -> char {
    match c {
        '\u{2044}' | '\u{2215}' | '\u{29F8}' => '/',
        '\u{2216}' | '\u{29F5}' => '\\',
        _ => c,
    }
}

/// Whether the character has an ordinary variant that NFKC does not know.
pub(super) fn is_odd_slash(c: char) -> bool {
    slash(c) != c
}

/// Whether the character is not shown and may be dropped (Unicode's `Default_Ignorable_Code_Point`).
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

//! Characters that change how text is shown: never written raw, neither in a record nor on a terminal.
use std::fmt::{self, Write};

/// Control characters (with them every ANSI sequence), what reorders text, and what shows nothing.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text of a guest or an agent, as it may be shown to a person.
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                // So that an escape that we wrote cannot be mistaken for one that was there.
                '\\' => f.write_str("\\\\")?,
                c if is_unsafe(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn control_characters_ansi_and_bidi_are_escaped_and_the_rest_is_left() {
        for (raw, shown) in [
            ("/repo/grün.txt", "/repo/grün.txt"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("a\r\n\tb", "a\\r\\n\\tb"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("exe.\u{202e}txt", "exe.\\u{202e}txt"),
            ("\\u{1b}", "\\\\u{1b}"),
        ] {
            assert_eq!(Shown(raw).to_string(), shown);
        }
    }
}

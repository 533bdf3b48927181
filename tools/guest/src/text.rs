//! Text from files, cut to what an answer can hold, never in the middle of a character.

/// The longest beginning of `text` of at most `bytes` bytes.
#[must_use]
pub fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// At most `bytes` bytes of `line` that contain the byte at `keep`, and whether something was left out.
#[must_use]
pub fn window(line: &str, keep: usize, bytes: usize) -> (&str, bool) {
    if line.len() <= bytes {
        return (line, false);
    }
    // A quarter of the room before what matters, the rest after it.
    let start = line.ceil_char_boundary(keep.saturating_sub(bytes / 4).min(line.len() - bytes));
    let rest = line.get(start..).unwrap_or(line);
    (head(rest, bytes), true)
}

/// Without the line's end, be it LF or CRLF.
#[must_use]
pub fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{head, window, without_end};

    #[test]
    fn a_cut_never_falls_inside_a_character() {
        assert_eq!(head("añb", 2), "a");
        assert_eq!(head("añb", 3), "añ");
        assert_eq!(head("añb", 9), "añb");
    }

    #[test]
    fn a_window_shows_what_matters_of_a_long_line() {
        let line = format!("{}needle{}", "é".repeat(500), "é".repeat(500));
        let (text, cut) = window(&line, 1000, 80);
        assert!(cut && text.contains("needle") && text.len() <= 80, "{text}");
        assert_eq!(window("short", 3, 80), ("short", false));
        assert!(window(&line, line.len(), 80).0.ends_with('é'));
    }

    #[test]
    fn both_line_ends_come_off() {
        assert_eq!(without_end(b"a\r\n"), b"a");
        assert_eq!(without_end(b"a\n"), b"a");
        assert_eq!(without_end(b"a"), b"a");
    }
}

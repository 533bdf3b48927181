//! Text for people, of which nothing gives orders to a terminal, whoever wrote the names in it.
use crate::audit::is_unsafe;

/// The same text, in which what changes how text is shown stands as an escape. Line ends stay.
pub(super) fn lines(text: &str) -> String {
    escaped(text, |c| c == '\n' || c == '\t')
}

/// The same on one line.
pub(super) fn line(text: &str) -> String {
    escaped(text, |_| false)
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

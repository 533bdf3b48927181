//! From bytes of a string's value back to bytes of the file, through TOML's quotes and escapes.
use std::ops::Range;

/// Where a part of a string's value stands in the file, given where the whole string stands.
pub(crate) fn within(text: &str, string: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    let raw = text.get(string.clone()).unwrap_or_default();
    let (body, quotes, escapes) = body(raw);
    let base = string.start + quotes;
    let end_of_body = base + body.len();
    if !escapes {
        return (base + part.start).min(end_of_body)..(base + part.end).min(end_of_body);
    }
    let (mut start, mut end) = (None, None);
    let (mut decoded, mut at) = (0, 0);
    while at < body.len() {
        let (written, meant) = unit(body.get(at..).unwrap_or_default());
        if decoded + meant > part.start {
            start.get_or_insert(at);
        }
        at += written;
        decoded += meant;
        if decoded >= part.end {
            end.get_or_insert(at);
        }
    }
    let start = start.unwrap_or(body.len());
    base + start..base + end.unwrap_or(body.len()).max(start)
}

/// What stands between the quotes, how many bytes come before, and whether backslashes escape.
fn body(raw: &str) -> (&str, usize, bool) {
    for (quote, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        if let Some(inner) = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            // A newline right behind three quotes is not part of the value.
            let trimmed = match quote.len() {
                3 => inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')).unwrap_or(inner),
                _ => inner,
            };
            return (trimmed, quote.len() + inner.len() - trimmed.len(), escapes);
        }
    }
    (raw, 0, false)
}

/// How many bytes the first character or escape is written with, and how many it means.
fn unit(body: &str) -> (usize, usize) {
    let mut chars = body.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(kind @ ('u' | 'U' | 'x'))) => {
            let digits = match kind {
                'u' => 4,
                'U' => 8,
                _ => 2,
            };
            let code = body.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            let c = code.and_then(char::from_u32).unwrap_or_default();
            ((2 + digits).min(body.len()), c.len_utf8())
        }
        (Some('\\'), Some('\n' | '\r' | ' ' | '\t')) => {
            // A backslash at a line's end takes the line's end and all white space behind it.
            (body.len() - body.get(1..).unwrap_or_default().trim_start().len(), 0)
        }
        (Some('\\'), Some(escaped)) => (1 + escaped.len_utf8(), 1),
        (Some(c), _) => (c.len_utf8(), c.len_utf8()),
        (None, _) => (1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, part: Range<usize>) -> &str {
        let string = 4..text.len();
        text.get(within(text, &string, &part)).unwrap()
    }

    #[test]
    fn a_part_is_found_behind_escapes() {
        assert_eq!(shown(r#"a = "/x/../y""#, 3..5), "..");
        assert_eq!(shown(r#"a = '/x/../y'"#, 3..5), "..");
        assert_eq!(shown(r#"a = "/\u00e9/../y""#, 4..6), "..");
        assert_eq!(shown(r#"a = "/\t/../y""#, 3..5), "..");
        assert_eq!(shown(r#"a = "/\t/../y""#, 1..2), r"\t");
        assert_eq!(shown("a = \"\"\"\n/x/../y\"\"\"", 3..5), "..");
        assert_eq!(shown("a = \"\"\"/x/\\\n   ../y\"\"\"", 3..5), "..");
        assert_eq!(shown(r#"a = "/x""#, 7..9), "");
    }
}

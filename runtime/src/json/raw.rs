//! JSON that is passed on as text: checked by a visitor that builds no tree, and without white space.
use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::unambiguous::Unambiguous;

/// One JSON value as its text, without white space between tokens.
pub type Raw = Box<RawValue>;

/// One JSON value as text; `None` where it is none, has a key twice in an object, or nests too deep (128).
#[must_use]
pub fn compact(text: &[u8]) -> Option<Raw> {
    let text = std::str::from_utf8(text).ok()?;
    serde_json::from_str::<Unambiguous>(text).ok()?;
    let mut out = String::with_capacity(text.len());
    push_compact(text, &mut out);
    RawValue::from_string(out).ok()
}

/// JSON values, one behind the other, as the text of one array; `None` where [`compact`] would refuse one of them.
#[must_use]
pub fn compact_lines(text: &[u8]) -> Option<Raw> {
    let text = std::str::from_utf8(text).ok()?;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('[');
    let mut values = Deserializer::from_str(text).into_iter::<Unambiguous>();
    let mut from = 0;
    while let Some(value) = values.next() {
        value.ok()?;
        if out.len() > 1 {
            out.push(',');
        }
        let to = values.byte_offset();
        push_compact(text.get(from..to)?, &mut out);
        from = to;
    }
    out.push(']');
    RawValue::from_string(out).ok()
}

/// Appends JSON without the white space between its tokens.
fn push_compact(text: &str, out: &mut String) {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut rest = text;
    while !rest.is_empty() {
        // What stands outside strings up to the next string, then that string.
        let (outside, string) = rest.split_at(rest.find('"').unwrap_or(rest.len()));
        out.extend(outside.split(is_space));
        let (string, after) = string.split_at(string_end(string));
        out.push_str(string);
        rest = after;
    }
}

/// Where a string ends that begins with the first byte of a text.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        compact(text.as_bytes()).map(|raw| raw.get().to_owned())
    }

    #[test]
    fn white_space_goes_and_everything_else_stays() {
        let json = " {\"a b\" : [ 1.50 , \"x \\\" \\n {\",\n null ],\r\t\"n\": 1e+400, \"e\": {\"\":0}} ";
        let short = r#"{"a b":[1.50,"x \" \n {",null],"n":1e+400,"e":{"":0}}"#;
        assert_eq!(text(json).as_deref(), Some(short));
        assert_eq!(text(short).as_deref(), Some(short));
        assert_eq!(text("9007199254740993").as_deref(), Some("9007199254740993"));
    }

    #[test]
    fn what_is_no_json_or_ambiguous_is_none() {
        for bad in ["", "{", "{} {}", "[1,]", "nul", "\"\\ud800\"", r#"{"a":1,"b":2,"\u0061":3}"#, r#"[{"a":1,"a":1}]"#]
        {
            assert_eq!(text(bad), None, "{bad}");
        }
        assert_eq!(text(&"[".repeat(500_000)), None);
        assert_eq!(text(&format!("{}{}", "[".repeat(200), "]".repeat(200))), None);
        assert_eq!(compact(b"\"\xff\"").map(|raw| raw.get().to_owned()), None);
    }

    #[test]
    fn values_one_behind_the_other_are_one_array() {
        let lines = |text: &str| compact_lines(text.as_bytes()).map(|raw| raw.get().to_owned());
        assert_eq!(lines("").as_deref(), Some("[]"));
        assert_eq!(lines("{\"a\": 1}\n\n 2 \"x y\"\n").as_deref(), Some(r#"[{"a":1},2,"x y"]"#));
        assert_eq!(lines("{}{}").as_deref(), Some("[{},{}]"));
        assert_eq!(lines("{}\n{"), None);
        assert_eq!(lines("{\"a\":1,\"a\":2}\n"), None);
    }
}

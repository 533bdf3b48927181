//! Where a value came from: the values and tokens of a call's output, in one spelling that hashes and compares.
//!
//! An *atom* is `s:` and a text, `n:` and a number in its shortest form, or `b:true`. A text supplies itself as a whole and
//! each of its tokens: runs without white space, quotes, brackets, commas, semicolons, bars and angle brackets, with and
//! without the punctuation at their end. What spells a plain decimal counts as that number too. Atoms of fewer than four
//! characters are everywhere: they count only as the whole value of a field that a rule names.
//!
//! What a call was given is no output of its own: what may be an echo of its input is taken away, whatever it is encoded in
//! and at whatever boundary it stands. See [`given`].
mod decode;
mod given;

use std::collections::BTreeSet;

use serde_json::Value;

use given::Given;

use crate::condition::{Decimal, FieldPath};
use crate::pattern::fold;
use crate::value_type::ValueType;

/// Shorter atoms, in characters, count only at a named field.
const SHORT: usize = 4;

/// A field of an output, as `lines[].iban`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field(pub(crate) FieldPath);

/// The atoms of an output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Atoms {
    /// The atoms.
    pub atoms: BTreeSet<String>,
    /// Whether there were more than could be kept: what is missing was not seen.
    pub truncated: bool,
}

/// The atoms that an output supplies: of the whole, or the whole values of one field. At most `most`.
#[must_use]
pub fn atoms(output: &Value, input: &Value, field: Option<&Field>, most: usize) -> Atoms {
    let mut given = Given::of(input);
    let mut found = Atoms::default();
    let mut keep = |atom: String| {
        if found.truncated || found.atoms.contains(&atom) || given.has(&atom) {
            return;
        }
        if found.atoms.len() < most {
            found.atoms.insert(atom);
        } else {
            found.truncated = true;
        }
    };
    match field {
        Some(Field(path)) => path.values(output, &mut |value| whole(value).into_iter().for_each(&mut keep)),
        None => scalars(output, &mut |value| {
            all_of(value, &mut |atom| {
                if is_long(&atom) {
                    keep(atom)
                }
            })
        }),
    }
    found.truncated |= given.exhausted;
    found
}

/// The tokens of a text without the punctuation at their end; `None` where it has none.
fn words(text: &str) -> Option<impl Iterator<Item = &str>> {
    let words = || text.split(is_separator).map(bare).filter(|token| !token.is_empty());
    words().next().map(|_| words())
}

/// A token without the punctuation at its end.
fn bare(token: &str) -> &str {
    token.trim_end_matches(['.', ':', '!', '?'])
}

/// Every text in a value: the names of fields too.
fn texts(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            found(name);
            texts(value, found);
        }),
        Value::String(text) => found(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The atom that a value is asked for by: `None` where it can have been supplied by nothing (an object, an array, or a short
/// value where no field is named).
#[must_use]
pub fn atom(value: &Value, at_a_field: bool) -> Option<String> {
    whole(value).into_iter().next().filter(|atom| at_a_field || is_long(atom))
}

fn is_long(atom: &str) -> bool {
    atom.chars().skip(2).nth(SHORT - 1).is_some()
}

/// Every scalar in a value. JSON is read with a bounded depth, so this has one too.
fn scalars(value: &Value, found: &mut dyn FnMut(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| scalars(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found(value),
    }
}

/// A scalar as it is: the text, and the number that it spells.
fn whole(value: &Value) -> Vec<String> {
    match value {
        Value::Bool(value) => vec![format!("b:{value}")],
        Value::Number(number) => {
            Decimal::parse(&number.to_string()).map(|number| format!("n:{number}")).into_iter().collect()
        }
        Value::String(text) => of_text(text),
        Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

fn all_of(value: &Value, found: &mut dyn FnMut(String)) {
    match value {
        Value::String(text) => all_of_text(text, found),
        _ => whole(value).into_iter().for_each(found),
    }
}

/// A text as a whole, and its tokens.
fn all_of_text(text: &str, found: &mut dyn FnMut(String)) {
    of_text(text).into_iter().for_each(&mut *found);
    tokens(text, &mut |token| of_text(token).into_iter().for_each(&mut *found));
}

/// A text's tokens, with and without the punctuation at their end.
fn tokens<'t>(text: &'t str, found: &mut dyn FnMut(&'t str)) {
    for token in text.split(is_separator).filter(|token| !token.is_empty()) {
        found(token);
        let bare = bare(token);
        if bare.len() < token.len() {
            found(bare);
        }
    }
}

fn of_text(text: &str) -> Vec<String> {
    let number = spelled(text).map(|number| format!("n:{number}"));
    // Conditions see a URL, a path or an e-mail address in its normal form.
    let normal = ValueType::of_text(text).and_then(|own| own.normal(text)).filter(|normal| normal != text);
    std::iter::once(format!("s:{text}")).chain(number).chain(normal.map(|normal| format!("s:{normal}"))).collect()
}

/// The number that a plain decimal spells.
fn spelled(text: &str) -> Option<String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    plain.then(|| decimal(text)).flatten()
}

/// The number that a text of JSON is, in its shortest form.
fn decimal(text: &str) -> Option<String> {
    Decimal::parse(text).map(|number| number.to_string())
}

/// The number that a token could be read as: with a sign, an exponent, or nothing before the point too.
fn number(token: &str) -> Option<String> {
    let token = bare(token);
    let unsigned = token.strip_prefix('+').unwrap_or(token);
    let begins = unsigned.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let of = |text: &str| spelled(text).or_else(|| decimal(text)).or_else(|| decimal(&format!("0{text}")));
    begins.then(|| of(unsigned)).flatten()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '|')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(output: &Value, input: &Value) -> BTreeSet<String> {
        atoms(output, input, None, 1000).atoms
    }

    #[test]
    fn whole_values_and_tokens_are_supplied() {
        let found = of(&json!({"to": "Ana <ana@example.com>, please.", "sum": 12.50, "ok": true}), &json!({}));
        for atom in
            ["s:Ana <ana@example.com>, please.", "s:ana@example.com", "s:please", "s:please.", "n:12.5", "b:true"]
        {
            assert!(found.contains(atom), "{atom}: {found:?}");
        }
        assert!(!found.contains("s:Ana"), "three characters are everywhere");
    }

    #[test]
    fn an_echo_is_no_source() {
        let echoed =
            of(&json!("no match for EVIL@example.com in 1234.50 lines"), &json!({"q": ["evil@example.com", 1234.5]}));
        assert!(!echoed.iter().any(|atom| atom.contains("EVIL@") && !atom.contains(' ')), "{echoed:?}");
        assert!(!echoed.contains("n:1234.5") && echoed.contains("s:match"));
        assert!(!echoed.contains("s:1234.50"), "another spelling of a number is the number: {echoed:?}");
    }

    #[test]
    fn an_echo_is_none_in_any_disguise() {
        for (output, input) in [
            (json!("evil@example.com"), json!({"evil@example.com": 1})),
            (json!("Evil@Example.COM!"), json!({"q": "to=evil@example.com"})),
            (json!({"iban": "DE1234"}), json!({"q": ["note:de1234"]})),
            (json!("evil@example.com, Eve!"), json!({"q": ["eve", "evil@example.com"]})),
            (json!("1200"), json!({"n": 1200})),
            (json!(1200), json!({"n": "x 1200.00"})),
            (json!("e\u{301}toile"), json!({"q": "\u{c9}TOILE"})),
            (json!({"account": "GB33BUKB2020"}), json!({"q": "%47B33BUKB2020"})),
            (
                json!("404: /a/GB33BUKB2020 was not found"),
                json!({"url": "http://x/a/GB33BUKB2020", "t": "404 was not found"}),
            ),
        ] {
            assert_eq!(of(&output, &input), BTreeSet::new(), "{output} of {input}");
        }
    }

    #[test]
    fn short_values_count_at_a_named_field_alone() {
        let output = json!({"lines": [{"n": 7, "id": "ab"}, {"n": 12345}]});
        let field = Field(FieldPath::parse("lines[].n").unwrap());
        assert_eq!(
            atoms(&output, &json!({}), Some(&field), 10).atoms,
            BTreeSet::from(["n:7".into(), "n:12345".into()])
        );
        assert_eq!(of(&output, &json!({})), BTreeSet::from(["n:12345".into()]));
        assert_eq!(
            of(&json!(["10 0.5 100 x1", 10, 0.5, 1e2, "-1"]), &json!({})),
            BTreeSet::from(["s:10 0.5 100 x1".into()])
        );
        assert_eq!((atom(&json!("ab"), false), atom(&json!("ab"), true)), (None, Some("s:ab".into())));
    }

    #[test]
    fn numbers_compare_by_value_whatever_their_spelling() {
        for (supplied, asked) in
            [(json!("1200.00"), json!(1200)), (json!(1.2e3), json!(1200)), (json!("x 1200."), json!(1200))]
        {
            let found = of(&supplied, &json!({}));
            assert!(found.contains(&atom(&asked, true).unwrap()), "{supplied}: {found:?}");
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let many: Vec<String> = (0..100).map(|n| format!("value-{n}")).collect();
        let found = atoms(&json!(many), &json!({}), None, 10);
        assert!(found.truncated && found.atoms.len() == 10);
    }
}

//! A URL's query as the parameters that a server reads from it (WHATWG URL, section 5: `application/x-www-form-urlencoded`).
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use crate::pattern::fold;

/// The parameters of a query as an object: each value a text, or an array of texts where the name stands more than once or
/// ends in `[]`, which is then no part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameters {
    /// By the names as they are sent.
    pub(crate) sent: Value,
    /// By their [keys](key).
    pub(crate) folded: Value,
    /// The keys of names with an index, without it: `a` for `a[0]`, which some servers take for a part of `a`.
    indexed: BTreeSet<String>,
}

/// A name and a value.
type Pair = (String, String);

/// The most times that a query is decoded.
const MAX_DECODED: usize = 4;

impl Parameters {
    /// Reads a query in every way in which servers read it: with names and values decoded once, and again as long as that
    /// changes them. `None` where they differ in more: an encoding that is none or no UTF-8, or a `;`, which some take for
    /// `&`.
    pub(crate) fn readings(query: Option<&str>) -> Option<Vec<Self>> {
        let mut pairs = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decoded(name)?, decoded(value)?));
        }
        let mut readings = vec![Self::of(&pairs)];
        while let Some(again) = decoded_again(&pairs) {
            if readings.len() == MAX_DECODED {
                return None;
            }
            readings.push(Self::of(&again));
            pairs = again;
        }
        Some(readings)
    }

    fn of(pairs: &[Pair]) -> Self {
        let object_by = |name_of: fn(&str) -> Cow<'_, str>| {
            object(pairs.iter().map(|(name, value)| (name_of(name), value.as_str())))
        };
        let indexed = pairs.iter().filter_map(|(name, _)| name.strip_suffix(']')?.split_once('['));
        let indexed = indexed.filter(|(_, index)| !index.is_empty()).map(|(name, _)| key(name).into_owned()).collect();
        Self { sent: object_by(|name| Cow::Borrowed(name)), folded: object_by(key), indexed }
    }

    /// Whether the parameter of this key may be a part of another one, of its index.
    pub(crate) fn is_indexed(&self, key: &str) -> bool {
        self.indexed.contains(key)
    }
}

/// One text for all names that some server takes for the same: in any case and Unicode form, with spaces in front, behind
/// NUL, and with `_` for a space or a dot (PHP).
pub(crate) fn key(name: &str) -> Cow<'_, str> {
    let name = name.trim_start();
    let name = name.split('\0').next().unwrap_or_default();
    if name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Cow::Borrowed(name);
    }
    let folded = fold(&name.nfkc().collect::<String>()).into_owned();
    Cow::Owned(folded.replace(['.', ' '], "_"))
}

/// The names and values decoded once more, where that changes any.
fn decoded_again(pairs: &[Pair]) -> Option<Vec<Pair>> {
    let again = |text: &String| decoded_escapes(text).unwrap_or_else(|| text.clone());
    let is_encoded = |(name, value): &Pair| decoded_escapes(name).is_some() || decoded_escapes(value).is_some();
    pairs.iter().any(is_encoded).then(|| pairs.iter().map(|(name, value)| (again(name), again(value))).collect())
}

/// A text with its escapes decoded; `None` where it has none.
fn decoded_escapes(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let mut has_any = false;
    for part in parts {
        match part.as_bytes() {
            [high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(digit(*high)? << 4 | digit(*low)?);
                bytes.extend(rest);
                has_any = true;
            }
            part => {
                bytes.push(b'%');
                bytes.extend(part);
            }
        }
    }
    has_any.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b';' => return None,
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn object<'p>(pairs: impl Iterator<Item = (Cow<'p, str>, &'p str)>) -> Value {
    let mut values: BTreeMap<String, (bool, Vec<Value>)> = BTreeMap::new();
    for (name, value) in pairs {
        let listed = name.strip_suffix("[]").filter(|name| !name.is_empty());
        let (is_list, all) = values.entry(listed.unwrap_or(&name).to_owned()).or_default();
        *is_list |= listed.is_some() || !all.is_empty();
        all.push(value.into());
    }
    let value = |(name, (is_list, mut all)): (String, (bool, Vec<Value>))| {
        let value = if is_list { Value::Array(all) } else { all.pop().unwrap_or_default() };
        (name, value)
    };
    Value::Object(values.into_iter().map(value).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn readings(query: &str) -> Option<Vec<Value>> {
        Some(Parameters::readings(Some(query))?.into_iter().map(|parameters| parameters.sent).collect())
    }

    fn sent(query: &str) -> Option<Value> {
        readings(query)?.into_iter().next()
    }

    #[test]
    fn parameters_are_decoded_texts() {
        for (query, read) in [
            ("", json!({})),
            ("&&", json!({})),
            ("a=1&b=two+words", json!({ "a": "1", "b": "two words" })),
            ("a", json!({ "a": "" })),
            ("a=b=c", json!({ "a": "b=c" })),
            ("=x", json!({ "": "x" })),
            ("%61=%C3%A9%2b%26", json!({ "a": "é+&" })),
            ("a=1&a=2", json!({ "a": ["1", "2"] })),
            ("a[]=1", json!({ "a": ["1"] })),
            ("a[]=1&a=2", json!({ "a": ["1", "2"] })),
            ("a=1&a%5B%5D=2", json!({ "a": ["1", "2"] })),
            ("[]=1&A=1&a.b=2", json!({ "[]": "1", "A": "1", "a.b": "2" })),
            ("a=%3B", json!({ "a": ";" })),
        ] {
            assert_eq!(sent(query), Some(read), "{query}");
        }
        assert_eq!(Parameters::readings(None), Parameters::readings(Some("")));
        let folded =
            |query| Parameters::readings(Some(query)).map(|readings| readings.into_iter().map(|read| read.folded));
        let expected = json!({ "a_b": ["1", "2", "3", "4", "5"] });
        let query = "a.b=1&A_B=2&+a%20b=3&a_b%00c=4&%EF%BD%81_b=5";
        assert_eq!(folded(query).map(Iterator::collect), Some(vec![expected]));
    }

    #[test]
    fn what_is_encoded_twice_is_read_twice() {
        let both = Some(vec![json!({ "%61": "%62%" }), json!({ "a": "b%" })]);
        assert_eq!(readings("%2561=%2562%25"), both);
        assert_eq!(readings("a=%25252561").map(|readings| readings.len()), Some(4));
        assert_eq!(readings("a=%2525252561"), None);
        assert_eq!(readings("a=%25").map(|readings| readings.len()), Some(1));
    }

    #[test]
    fn what_servers_read_differently_is_no_query() {
        for query in ["a=%", "a=%4", "a=%zz", "%=1", "a=%FF", "a=%C3", "a=1;b=2", ";", "a=%+1"] {
            assert_eq!(sent(query), None, "{query}");
        }
    }
}

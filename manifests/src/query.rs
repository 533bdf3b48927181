//! A URL's query as the parameters that a server reads from it (WHATWG URL, section 5: `application/x-www-form-urlencoded`).
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::pattern::fold;

/// The parameters of a query as an object: each value a text, or an array of texts where the name stands more than once or
/// ends in `[]`, which is then no part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameters {
    /// By the names as they are sent.
    pub(crate) sent: Value,
    /// By their foldings.
    pub(crate) folded: Value,
}

impl Parameters {
    /// Reads a query; `None` where servers differ in what it says: an encoding that is none or no UTF-8, or a `;`, which some
    /// take for `&`.
    pub(crate) fn read(query: Option<&str>) -> Option<Self> {
        let mut pairs = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decoded(name)?, decoded(value)?));
        }
        let of =
            |fold: fn(&str) -> Cow<'_, str>| object(pairs.iter().map(|(name, value)| (fold(name), value.as_str())));
        Some(Self { sent: of(|name| Cow::Borrowed(name)), folded: of(fold) })
    }
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

    fn sent(query: &str) -> Option<Value> {
        Parameters::read(Some(query)).map(|parameters| parameters.sent)
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
        assert_eq!(Parameters::read(None), Parameters::read(Some("")));
        let folded = Parameters::read(Some("a=1&A=2")).map(|parameters| parameters.folded);
        assert_eq!(folded, Some(json!({ "a": ["1", "2"] })));
    }

    #[test]
    fn what_servers_read_differently_is_no_query() {
        for query in ["a=%", "a=%4", "a=%zz", "%=1", "a=%FF", "a=%C3", "a=1;b=2", ";", "a=%+1"] {
            assert_eq!(sent(query), None, "{query}");
        }
    }
}

//! A call's input: read once, duplicate keys refused, numbers exact. What was decided on is what the guest gets.
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use toolward_manifests::Scope;

use crate::failure::Failure;

/// An input with the bytes that stand for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What rules are decided on.
    pub value: Value,
    /// What the guest gets: keys sorted, no white space, each number with its own digits.
    pub canonical: Vec<u8>,
}

impl Input {
    /// Parses JSON.
    ///
    /// # Errors
    /// Where the text is no JSON, or an object has a key twice.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |error: &dyn fmt::Display| {
            Failure::usage(format!("the input is no JSON: {error}")).help("give it with `--input JSON`, `@FILE` or `-`")
        };
        let NoDuplicates = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        let value: Value = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        // serde_json takes an object with its own mark as key, however spelled, for a number.
        if objects(&value) != braces(text) {
            return Err(wrong(&"it has a key that is reserved"));
        }
        let canonical = serde_json::to_vec(&value).map_err(|error| wrong(&error))?;
        Ok(Self { value, canonical })
    }

    /// The input of a call of a tool in a scope, as it is decided on and as the guest gets it: each text that a condition
    /// compares by its type (URL, path, e-mail address, host) in normal form.
    ///
    /// # Errors
    /// Where it is longer than the limit then.
    pub fn normal(self, scope: &Scope, tool: &str) -> Result<Self, Failure> {
        let Some(value) = scope.normal_input(tool, &self.value) else { return Ok(self) };
        let canonical = serde_json::to_vec(&value)
            .map_err(|error| Failure::internal(format!("the input cannot be written: {error}")))?;
        let limit = scope.limits().input;
        if canonical.len() as u64 > limit {
            return Err(too_long(limit));
        }
        Ok(Self { value, canonical })
    }
}

/// How many objects are in a value.
fn objects(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(objects).sum::<usize>(),
        Value::Array(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

/// How many objects begin in a JSON text: its `{` outside strings.
fn braces(text: &str) -> usize {
    let (mut in_string, mut escaped, mut count) = (false, false, 0);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

/// An input of JSON text; nothing is an empty object.
///
/// # Errors
/// Where it is no JSON, or longer than `limit` bytes.
pub fn text(text: Option<&str>, limit: u64) -> Result<Input, Failure> {
    let text = text.unwrap_or("{}");
    if text.len() as u64 > limit {
        return Err(too_long(limit));
    }
    Input::parse(text)
}

fn unreadable(name: &str) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::of_io(format_args!("cannot read the input from `{name}`"), &error)
}

fn too_long(limit: u64) -> Failure {
    Failure::new(crate::failure::Exit::Limit, format!("the input is longer than the limit of {limit} bytes"))
        .help("the manifest's `[limits]` says how long it may be: `input = \"1MiB\"`")
}

/// The bytes that `--input` means: the text itself, `@FILE`, or `-` for standard input.
///
/// # Errors
/// Where a file cannot be read, or there is more than `limit` bytes.
pub fn bytes(argument: Option<&str>, limit: u64) -> Result<Vec<u8>, Failure> {
    let read = |mut from: Box<dyn Read>, name: &str| {
        let mut bytes = Vec::new();
        let read = from.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(unreadable(name))
    };
    let bytes = match argument {
        None => return Ok(Vec::new()),
        Some("-") => read(Box::new(std::io::stdin()), "-")?,
        Some(text) => match text.strip_prefix('@') {
            None => text.as_bytes().to_vec(),
            Some(file) => {
                if !std::fs::metadata(file).map_err(unreadable(file))?.is_file() {
                    let failure = unreadable(file)(io::Error::other("it is no regular file"));
                    return Err(failure.help("`--input -` reads from a pipe"));
                }
                read(Box::new(std::fs::File::open(file).map_err(unreadable(file))?), file)?
            }
        },
    };
    if bytes.len() as u64 > limit { Err(too_long(limit)) } else { Ok(bytes) }
}

/// The input of a call; without any it is the empty object.
///
/// # Errors
/// As [`bytes`] and [`Input::parse`].
pub fn input(argument: Option<&str>, limit: u64) -> Result<Input, Failure> {
    let bytes = bytes(argument, limit)?;
    if bytes.is_empty() && argument.is_none() {
        return Input::parse("{}");
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage("the input is not UTF-8"))?;
    Input::parse(&text)
}

/// Any JSON in which no object has a key twice.
struct NoDuplicates;

impl<'de> Deserialize<'de> for NoDuplicates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = NoDuplicates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NoDuplicates, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice in one object")));
            }
            keys.insert(key);
            map.next_value::<NoDuplicates>()?;
        }
        Ok(NoDuplicates)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<NoDuplicates, A::Error> {
        while seq.next_element::<NoDuplicates>()?.is_some() {}
        Ok(NoDuplicates)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }

    fn visit_unit<E: Error>(self) -> Result<NoDuplicates, E> {
        Ok(NoDuplicates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        String::from_utf8(Input::parse(text).unwrap().canonical).unwrap()
    }

    #[test]
    fn the_guest_gets_the_canonical_bytes() {
        assert_eq!(canonical(r#" {"b": 1, "a": [true, null, "x"]} "#), r#"{"a":[true,null,"x"],"b":1}"#);
    }

    #[test]
    fn numbers_keep_every_digit() {
        for number in ["9007199254740993", "18446744073709551616", "0.1000000000000000055", "1e+400", "-0"] {
            assert_eq!(canonical(number), number);
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":2}"#, r#"[{"x":{"a":1,"a":1}}]"#, r#"{"a":1,"\u0061":2}"#] {
            let failure = Input::parse(text).unwrap_err();
            assert!(failure.message.contains("`a` stands twice"), "{}", failure.message);
        }
    }

    #[test]
    fn a_number_cannot_be_forged() {
        assert!(Input::parse(r#"{"$serde_json::private::Number":"1"}"#).is_err());
        assert!(Input::parse(r#"{"\u0024serde_json::private::Number":"1"}"#).is_err());
    }

    #[test]
    fn what_follows_the_value_is_an_error() {
        assert!(Input::parse("{} {}").is_err());
        assert!(Input::parse("").is_err());
    }
}

//! A call's input: read once, duplicate keys refused, numbers exact. What was decided on is what the guest gets.
use std::io::{self, Read};

use serde_json::Value;
use toolward_manifests::Scope;

use crate::failure::Failure;
use crate::json::{self, BadTree, Bounds, Size};
use crate::notice::Notice;

/// How much an input may hold: rules and schemas are checked on a tree of it. Its bytes have a limit of their own.
const BOUNDS: Bounds = Bounds { bytes: usize::MAX, nodes: 250_000 };

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
    /// Where the text is no JSON, has more values than an input may have, or an object has a key twice.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let value = json::tree(text, BOUNDS).map_err(|bad| match bad {
            BadTree::TooLarge(excess) => too_large(format!("the input is too large: {excess}")),
            bad => wrong(format!("the input is no JSON: {bad}")).help("give it with `--input JSON`, `@FILE` or `-`"),
        })?;
        let canonical = serde_json::to_vec(&value).map_err(|error| Failure::internal(error.to_string()))?;
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

/// What a text would take as an input, counted before it is parsed.
///
/// # Errors
/// Where it has more values than an input may have.
pub fn measured(text: &str) -> Result<Size, Failure> {
    let size = Size::of(text.as_bytes());
    if size.depth > json::MAX_DEPTH {
        return Err(wrong(format!("the input is no JSON: {}", BadTree::TooDeep)));
    }
    size.within(BOUNDS).map_err(|excess| too_large(format!("the input is too large: {excess}")))?;
    Ok(size)
}

/// A text as the text of an input; nothing is an empty object.
///
/// # Errors
/// Where it is longer than `limit` bytes.
pub fn limited(text: Option<&str>, limit: u64) -> Result<String, Failure> {
    let text = text.unwrap_or("{}");
    if text.len() as u64 > limit { Err(too_long(limit)) } else { Ok(text.to_owned()) }
}

fn wrong(message: String) -> Failure {
    Failure::usage(message.clone()).notice(Notice::BadInput(message, None))
}

fn too_large(message: String) -> Failure {
    Notice::InputTooLarge(message).into()
}

fn unreadable(name: &str) -> impl Fn(io::Error) -> Failure {
    move |error| {
        let failure = Failure::of_io(format_args!("cannot read the input from `{name}`"), &error);
        let message = failure.message.clone();
        failure.or_notice(Notice::BadInput(message, None))
    }
}

fn too_long(limit: u64) -> Failure {
    too_large(format!("the input is longer than the limit of {limit} bytes"))
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

/// The text of a call's input; without any it is the empty object.
///
/// # Errors
/// As [`bytes`]; where it is not UTF-8.
pub fn text(argument: Option<&str>, limit: u64) -> Result<String, Failure> {
    let bytes = bytes(argument, limit)?;
    if bytes.is_empty() && argument.is_none() {
        return Ok("{}".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| wrong("the input is not UTF-8".to_owned()))
}

/// The input of a call.
///
/// # Errors
/// As [`text`] and [`Input::parse`].
pub fn input(argument: Option<&str>, limit: u64) -> Result<Input, Failure> {
    Input::parse(&text(argument, limit)?)
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

    /// Four mebibytes of it would be more than a gigabyte as a tree.
    #[test]
    fn an_input_is_counted_before_it_is_parsed() {
        let many = format!("[{}0]", "{\"\":0},".repeat(600_000));
        let failure = Input::parse(&many).unwrap_err();
        assert!(failure.exit == crate::failure::Exit::Limit && failure.message.contains("250000 values"), "{failure}");
        let long = format!("[\"{}\"]", "{,".repeat(600_000));
        assert!(Input::parse(&long).is_ok());
    }

    #[test]
    fn what_follows_the_value_is_an_error() {
        assert!(Input::parse("{} {}").is_err());
        assert!(Input::parse("").is_err());
    }
}

//! Standard output as the `output` of a call: text, or JSON that is passed on as text. No tree is made of it.
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;
use toolward_manifests::command::Output as Form;

use crate::json::{self, Bounds, Excess, Raw};

/// The most values of an output of which a tree is made, where a rule asks what the call supplied.
const MAX_TREE_NODES: usize = 250_000;

/// What the `output` of a call is.
#[derive(Debug)]
pub enum Output {
    /// `null`: the call was not made.
    Nothing,
    /// Standard output as a string. Bytes that are no UTF-8 become U+FFFD.
    Text,
    /// Standard output as the JSON that it is.
    Json(Raw),
}

/// As the manifest says. What is not what it says is a string: so is JSON with a key twice in one object, which one reader
/// reads differently from another.
#[must_use]
pub fn output(form: Form, stdout: &[u8]) -> Output {
    let json = match form {
        Form::Text => None,
        Form::Json => json::compact(stdout),
        Form::JsonLines => json::compact_lines(stdout),
    };
    json.map_or(Output::Text, Output::Json)
}

/// The output of a tool that was ended before it had said everything: of JSON lines those that are whole.
#[must_use]
pub fn output_so_far(form: Form, stdout: &[u8]) -> Output {
    let whole = stdout.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    match form {
        Form::JsonLines => output(form, stdout.get(..whole).unwrap_or_default()),
        Form::Text | Form::Json => output(form, stdout),
    }
}

impl Output {
    /// As a tree, for rules that ask what a call supplied.
    ///
    /// # Errors
    /// Where it has more values than a tree may have.
    pub fn tree(&self, stdout: &[u8]) -> Result<Value, Excess> {
        let json = match self {
            Self::Nothing => return Ok(Value::Null),
            Self::Text => return Ok(Value::String(String::from_utf8_lossy(stdout).into_owned())),
            Self::Json(json) => json.get(),
        };
        match json::tree(json, Bounds { bytes: usize::MAX, nodes: MAX_TREE_NODES }) {
            Ok(value) => Ok(value),
            Err(json::BadTree::TooLarge(excess)) => Err(excess),
            // JSON that serde_json itself takes for something else.
            Err(json::BadTree::TooDeep | json::BadTree::NoJson(_) | json::BadTree::ReservedKey) => {
                Ok(Value::String(json.to_owned()))
            }
        }
    }

    /// As it stands in an answer, beside the standard output that it was made of.
    #[must_use]
    pub fn shown<'a>(&'a self, stdout: &'a [u8]) -> ShownOutput<'a> {
        ShownOutput { output: self, stdout }
    }
}

/// An output as it stands in an answer.
#[derive(Debug)]
pub struct ShownOutput<'a> {
    output: &'a Output,
    stdout: &'a [u8],
}

impl Serialize for ShownOutput<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.output {
            Output::Nothing => to.serialize_unit(),
            Output::Text => Lossy(self.stdout).serialize(to),
            Output::Json(json) => json.serialize(to),
        }
    }
}

/// Bytes as a JSON string, written piece by piece. What is no UTF-8 becomes U+FFFD.
pub(crate) struct Lossy<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Lossy<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(form: Form, stdout: &[u8]) -> String {
        serde_json::to_string(&output(form, stdout).shown(stdout)).unwrap()
    }

    #[test]
    fn what_is_not_what_the_manifest_says_is_a_string() {
        assert_eq!(shown(Form::Json, b" {\"b\": 1.0}\n"), r#"{"b":1.0}"#);
        assert_eq!(shown(Form::Json, b"{\"b\""), r#""{\"b\"""#);
        assert_eq!(shown(Form::Json, b"{\"b\":1,\"b\":2}"), r#""{\"b\":1,\"b\":2}""#);
        assert_eq!(shown(Form::JsonLines, b"1\n[]\n"), "[1,[]]");
        assert_eq!(shown(Form::Text, b"a\xffb\xe2\x82"), "\"a\u{fffd}b\u{fffd}\"");
        assert_eq!(String::from_utf8_lossy(b"a\xffb\xe2\x82"), Lossy(b"a\xffb\xe2\x82").to_string());
    }

    #[test]
    fn of_an_output_that_was_cut_short_the_whole_lines_are_given() {
        let so_far = |form, stdout: &[u8]| serde_json::to_string(&output_so_far(form, stdout).shown(stdout)).unwrap();
        assert_eq!(so_far(Form::JsonLines, b"1\n[2]\n{\"a"), "[1,[2]]");
        assert_eq!(so_far(Form::JsonLines, b"{\"a"), "[]");
        assert_eq!(so_far(Form::Json, b"[1,"), "\"[1,\"");
    }

    #[test]
    fn a_tree_is_made_only_of_what_is_counted() {
        let many = format!("[{}0]", "{\"\":0},".repeat(200_000));
        assert!(output(Form::Json, many.as_bytes()).tree(many.as_bytes()).is_err());
        let few = b"{\"a\": [1, 2.50]}";
        assert_eq!(output(Form::Json, few).tree(few).unwrap().to_string(), r#"{"a":[1,2.50]}"#);
    }
}

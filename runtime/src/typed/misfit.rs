//! What does not fit, and where: the place is walked on the stack and spelled out only where something is wrong.
use std::fmt;

use serde_json::Value;

/// As much of a value or a list of names as an error repeats.
const MAX_SHOWN: usize = 60;
/// As many names as an error lists.
const MAX_NAMES: usize = 12;

/// An input that does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// A JSON Pointer (RFC 6901) to what does not fit; empty for the input itself.
    pub field: String,
    /// Why, in words.
    pub why: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "the input does not fit: {}", self.why),
            field => write!(f, "the input's field `{field}` does not fit: {}", self.why),
        }
    }
}

impl std::error::Error for Misfit {}

/// Where in the input a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// Something is wrong here.
    pub(super) fn misfit(&self, why: impl Into<String>) -> Misfit {
        Misfit { field: self.to_string(), why: why.into() }
    }

    /// Here stands a value of another kind.
    pub(super) fn is_no(&self, wanted: &str, found: &Value) -> Misfit {
        self.misfit(format!("it is {}, not {wanted}", kind(found)))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(parent, name) => write!(f, "{parent}/{}", name.replace('~', "~0").replace('/', "~1")),
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// The kind of a JSON value, as a sentence has it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Text in backticks, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
}

/// Names in backticks, with commas between, not too many of them.
pub(super) fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(MAX_NAMES);
    let mut listed: Vec<String> = all.take(MAX_NAMES).map(shown).collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    listed.join(", ")
}

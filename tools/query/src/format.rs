//! Text to values.

use guest::Failure;
use jaq_json::{Num, Val, read};
use serde_json::value::RawValue;

use crate::Format;

/// How deep values may lie within each other: the parsers recurse, and a component's stack is small.
const DEEPEST: usize = 200;

impl Format {
    /// By the ending of a file's name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }

    /// All the values in `text`.
    pub(crate) fn parse(self, text: &str) -> Result<Vec<Val>, Failure> {
        match self {
            Self::Json if !is_shallow(text) => Err(Failure::new(format!("it is nested more than {DEEPEST} deep"))),
            Self::Json => read::parse_many(text.as_bytes()).map(|value| value.map_err(said)).collect(),
            Self::Toml => toml::from_str(text).map(|table| vec![from_toml(toml::Value::Table(table))]).map_err(said),
            Self::Yaml => jaq_fmts::read::yaml::parse_many(text).map(|value| value.map_err(said)).collect(),
        }
    }
}

/// A value that came in the input. Its text is kept, so its numbers are exact.
pub(crate) fn from_json(value: &RawValue) -> Val {
    read::parse_single(value.get().as_bytes()).unwrap_or_default()
}

fn from_toml(value: toml::Value) -> Val {
    match value {
        toml::Value::String(text) => Val::from(text),
        toml::Value::Integer(number) => Val::Num(Num::from_integral(number)),
        toml::Value::Float(number) => Val::from(number),
        toml::Value::Boolean(truth) => Val::from(truth),
        toml::Value::Datetime(time) => Val::from(time.to_string()),
        toml::Value::Array(items) => items.into_iter().map(from_toml).collect(),
        toml::Value::Table(table) => {
            Val::obj(table.into_iter().map(|(key, value)| (Val::from(key), from_toml(value))).collect())
        }
    }
}

fn is_shallow(json: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    json.bytes().all(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= DEEPEST
    })
}

fn said(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string().trim_end().replace('\n', " "))
}

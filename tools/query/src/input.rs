//! What can be asked for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A jq filter, and what to run it on: a file, or data given here, or nothing (`null`).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A filter in the language of jq, as `jaq` understands it.
    pub filter: String,
    /// The file to query, of at most 4 MiB.
    #[serde(default)]
    pub path: Option<String>,
    /// The format of the file. Not given: by the ending of its name (`.json`, `.jsonl`, `.toml`, `.yaml`, `.yml`).
    #[serde(default)]
    pub format: Option<Format>,
    /// A value to query, in place of a file.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<serde_json::Value>"))]
    pub data: Option<Box<RawValue>>,
    /// Values for the filter's variables: `{"n": 1}` is `$n`.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, serde_json::Value>"))]
    pub variables: BTreeMap<String, Box<RawValue>>,
    /// Take all the values of a file (JSON lines, YAML documents) as one array. Otherwise each is filtered by itself.
    #[serde(default)]
    pub slurp: bool,
    /// How the results are given.
    #[serde(default)]
    pub output: Style,
    /// The most results to answer with.
    #[serde(default = "some")]
    #[cfg_attr(test, schemars(range(min = 1, max = 100_000)))]
    pub max_results: usize,
}

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON value, or several after each other.
    Json,
    /// A TOML document. Dates and times come as strings.
    Toml,
    /// One YAML document, or several.
    Yaml,
}

/// How results are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As JSON values, in `results`.
    #[default]
    Values,
    /// As text, one a line.
    Compact,
    /// As text, indented.
    Pretty,
    /// As text, strings without quotes and escapes.
    Raw,
}

fn some() -> usize {
    1000
}

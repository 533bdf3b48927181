//! The `[command]` table: how a call's input reaches a command component.
use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::at::At;
use super::value::ScalarFile;

/// How the input reaches a command, and what its end and its output mean.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandFile {
    /// What stands on stdin: `"input"` (default; the input's canonical JSON), `"none"`, or one field's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<StdinFile>,
    /// The arguments behind the tool's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<At<ArgFile>>,
    /// Which ends are a success; `["exit 0"]` where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<At<Vec<At<EndFile>>>>,
    /// What stdout is; `"text"` where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputFile>,
}

/// What stands on stdin.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum StdinFile {
    /// A word for it.
    Word(StdinWord),
    /// The bytes of a field's text.
    Field(FieldFile),
}

/// What stands on stdin, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StdinWord {
    /// The input's canonical JSON.
    Input,
    /// Nothing.
    None,
}

/// A field of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldFile {
    /// Its name.
    pub field: At<String>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ArgFile {
    /// Itself.
    Literal(String),
    /// Made from a field.
    Mapped(MappedFile),
}

/// An argument made from a field: `flag` and `option` exclude each other and `default`, and `flag` excludes `path`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappedFile {
    /// The argument that stands where the field is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<At<String>>,
    /// The option that each value is given with, as `--glob=VALUE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<At<String>>,
    /// The field's name.
    pub field: At<String>,
    /// The value where the field is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<At<ScalarFile>>,
    /// Whether its values are guest paths: a relative one is put behind the working directory, which is the first mount. A
    /// program's C library would take it from `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<At<bool>>,
}

/// An end of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EndFile {
    /// It reported success.
    #[serde(rename = "exit 0")]
    Exit0,
    /// It reported failure.
    #[serde(rename = "exit 1")]
    Exit1,
    /// It reported failure and wrote nothing to stderr.
    #[serde(rename = "exit 1 without stderr")]
    Exit1WithoutStderr,
    /// It reported failure, and each line on stderr tells of an access that the scope refused (`… Permission denied (os error 2)`,
    /// as Rust's standard library writes it): the program passed over what it may not see, and the call's `denied` names it.
    #[serde(rename = "exit 1 with refusals alone")]
    Exit1WithRefusals,
}

/// What a command's stdout is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutputFile {
    /// Text.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    JsonLines,
}

/// Reads a value that is a text or a table.
macro_rules! text_or_table {
    ($type:ident, $expecting:literal, $text:expr, $table:expr) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextOrTable;
                impl<'de> Visitor<'de> for TextOrTable {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        let read: fn(StrDeserializer<'_, E>) -> Result<$type, E> = $text;
                        read(StrDeserializer::new(text))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$type, A::Error> {
                        Deserialize::deserialize(MapAccessDeserializer::new(map)).map($table)
                    }
                }
                deserializer.deserialize_any(TextOrTable)
            }
        }
    };
}

text_or_table!(
    StdinFile,
    "\"input\", \"none\", or `{ field = \"…\" }`",
    |text| StdinWord::deserialize(text).map(StdinFile::Word),
    StdinFile::Field
);
text_or_table!(
    ArgFile,
    "a string or a table with `field`",
    |text| String::deserialize(text).map(ArgFile::Literal),
    ArgFile::Mapped
);

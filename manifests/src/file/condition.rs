//! A condition on one field of a tool's input, as it stands in a file.
use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::at::At;
use super::value::ScalarFile;

/// What a field must be.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ConditionFile {
    /// A pattern, or exactly this number or truth value.
    Is(ScalarFile),
    /// One of these.
    OneOf(Vec<At<ScalarFile>>),
    /// Everything that the table says.
    Where(Box<WhereFile>),
}

/// Conditions that all hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhereFile {
    /// A number of at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<At<ScalarFile>>,
    /// A number of at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<At<ScalarFile>>,
    /// A text of at most so many characters, or an array of at most so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<At<i64>>,
    /// A text that matches this pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<At<String>>,
    /// What the text is: a text of a type is compared, and reaches the tool, in its normal form. Without it the form of a
    /// pattern tells, or the `format` in the schema of the tool's input.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub value_type: Option<At<TypeWord>>,
    /// One of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<At<Vec<At<ScalarFile>>>>,
    /// The field is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<At<bool>>,
    /// The field may also not be there: `true`, beside what it must be where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional: Option<At<bool>>,
    /// The value occurred in the output of an earlier call of this tool in the same task; only in an `allow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_in: Option<At<String>>,
    /// Beside `seen_in`: the SHA-256 of that tool's component in lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<At<String>>,
    /// Beside `seen_in`: conditions on that call's input; no other field is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<std::collections::BTreeMap<String, ConditionFile>>")]
    pub input: Option<std::collections::BTreeMap<At<String>, At<ConditionFile>>>,
    /// Beside `seen_in`: the field of that output whose whole value it is, as `lines[].iban`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<At<String>>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TypeWord {
    /// An `http` or `https` URL.
    Url,
    /// An absolute path, as the tool sees it.
    Path,
    /// One e-mail address.
    Email,
    /// A host name or an IP address.
    Host,
    /// Text, compared as it is spelled, whatever it looks like.
    Text,
}

impl<'de> Deserialize<'de> for ConditionFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = ConditionFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition: a pattern, a number, `true` or `false`, an array of these, or a table")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<ConditionFile, E> {
        Ok(ConditionFile::Is(ScalarFile::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ConditionFile, E> {
        Ok(ConditionFile::Is(ScalarFile::Integer(value)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<ConditionFile, E> {
        Ok(ConditionFile::Is(ScalarFile::Float(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<ConditionFile, E> {
        Ok(ConditionFile::Is(ScalarFile::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ConditionFile, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(ConditionFile::OneOf(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ConditionFile, A::Error> {
        WhereFile::deserialize(MapAccessDeserializer::new(map)).map(Box::new).map(ConditionFile::Where)
    }
}

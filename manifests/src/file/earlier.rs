//! Earlier calls that a rule asks about, as they stand in a file.
use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::at::At;
use super::condition::ConditionFile;

/// One earlier call, or several.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum EarlierFile {
    /// A call of the tool of that name.
    Tool(String),
    /// A call of a tool with a certain input.
    Call(Box<EarlierCallFile>),
    /// Several of these.
    Several(Vec<At<Self>>),
}

/// A call of a tool with a certain input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierCallFile {
    /// The tool's name.
    pub tool: At<String>,
    /// The component's SHA-256 in lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<At<String>>,
    /// Conditions on its input, by field; no other field is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<BTreeMap<At<String>, At<ConditionFile>>>,
}

impl<'de> Deserialize<'de> for EarlierFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EarlierVisitor)
    }
}

struct EarlierVisitor;

impl<'de> Visitor<'de> for EarlierVisitor {
    type Value = EarlierFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tool's name, a table with a `tool`, or an array of these")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<EarlierFile, E> {
        Ok(EarlierFile::Tool(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<EarlierFile, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(EarlierFile::Several(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EarlierFile, A::Error> {
        EarlierCallFile::deserialize(MapAccessDeserializer::new(map)).map(Box::new).map(EarlierFile::Call)
    }
}

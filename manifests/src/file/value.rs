//! Values that may be written in more than one form.
use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::at::At;

/// A port: a number, or a text with a range or `*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PortFile {
    /// A port.
    Number(i64),
    /// `"8000-8999"` or `"*"`.
    Text(String),
}

/// A value of one field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ScalarFile {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A decimal fraction.
    Float(f64),
    /// A text; in a condition, a pattern.
    Text(String),
}

/// A text, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(At<String>),
    /// Several.
    More(Vec<At<String>>),
}

impl OneOrMore {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[At<String>] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = toml::Spanned::<OneOrMoreValue>::deserialize(deserializer)?;
        let span = whole.span();
        Ok(match whole.into_inner() {
            OneOrMoreValue::One(value) => Self::One(At { value, span }),
            OneOrMoreValue::More(values) => Self::More(values),
        })
    }
}

enum OneOrMoreValue {
    One(String),
    More(Vec<At<String>>),
}

impl<'de> Deserialize<'de> for OneOrMoreValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = OneOrMoreValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or an array of strings")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMoreValue, E> {
                Ok(OneOrMoreValue::One(text.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMoreValue, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(OneOrMoreValue::More(texts))
            }
        }
        deserializer.deserialize_any(Texts)
    }
}

impl<'de> Deserialize<'de> for PortFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Port;
        impl Visitor<'_> for Port {
            type Value = PortFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port: a number, a range like \"8000-8999\", or \"*\"")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<PortFile, E> {
                Ok(PortFile::Number(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PortFile, E> {
                Ok(PortFile::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Port)
    }
}

impl<'de> Deserialize<'de> for ScalarFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = ScalarFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, `true` or `false`")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<ScalarFile, E> {
        Ok(ScalarFile::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ScalarFile, E> {
        Ok(ScalarFile::Integer(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<ScalarFile, E> {
        Ok(ScalarFile::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<ScalarFile, E> {
        Ok(ScalarFile::Text(value.to_owned()))
    }
}

/// The schema of `schema = 1`.
pub(crate) struct SchemaOne;

impl JsonSchema for SchemaOne {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SchemaOne".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": 1 })
    }
}

/// The schema of a kind's name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KindName;

impl JsonSchema for KindName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "KindName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": crate::access::Kind::ALL.map(crate::access::Kind::word) })
    }
}

//! Values that may be written in more than one form.
use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

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

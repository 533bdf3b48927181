//! One network or several.
use std::fmt;
use std::ops::Range;

use schemars::JsonSchema;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::at::At;

/// Addresses and networks: one, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AddressFile {
    /// An IP address, or a network like `10.0.0.0/8`.
    One(String),
    /// Several of these.
    Several(Vec<At<String>>),
}

impl At<AddressFile> {
    /// Each, with the place where it is written.
    #[must_use]
    pub fn each(&self) -> Vec<(&str, Range<usize>)> {
        match &self.value {
            AddressFile::One(text) => vec![(text, self.span.clone())],
            AddressFile::Several(all) => all.iter().map(|text| (text.as_str(), text.span.clone())).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for AddressFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = AddressFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a network like \"10.0.0.0/8\", or an array of these")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<AddressFile, E> {
                Ok(AddressFile::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AddressFile, A::Error> {
                let mut all = Vec::new();
                while let Some(text) = seq.next_element()? {
                    all.push(text);
                }
                Ok(AddressFile::Several(all))
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

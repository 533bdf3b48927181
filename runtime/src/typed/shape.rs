//! A type that JSON can hold: what is left of a WIT type once handles, streams and all that is not data are refused.
use serde::{Deserialize, Serialize};

/// How a value looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer(Integer),
    /// A floating-point number of 32 bits.
    F32,
    /// A floating-point number of 64 bits.
    F64,
    /// One Unicode scalar value.
    Char,
    /// Text.
    Text,
    /// `list<u8>`: base64 in JSON.
    Bytes,
    /// Any other list.
    List(Box<Shape>),
    /// `map<string, V>`: an object.
    Object(Box<Shape>),
    /// A map with other keys: an array of pairs.
    Pairs(Box<Shape>, Box<Shape>),
    /// Named fields, all of them there.
    Record(Vec<(String, Shape)>),
    /// So many values.
    Tuple(Vec<Shape>),
    /// One of several cases, some with a value.
    Variant(Vec<(String, Option<Shape>)>),
    /// One of several names.
    Enum(Vec<String>),
    /// A value or none.
    Option(Box<Shape>),
    /// A value of success or one of failure.
    Result(Option<Box<Shape>>, Option<Box<Shape>>),
    /// Some of several names.
    Flags(Vec<String>),
}

/// The kinds of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are WIT's own names")]
pub enum Integer {
    U8,
    U16,
    U32,
    U64,
    S8,
    S16,
    S32,
    S64,
}

impl Integer {
    /// The smallest and the largest.
    #[must_use]
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::U8 => (0, u8::MAX.into()),
            Self::U16 => (0, u16::MAX.into()),
            Self::U32 => (0, u32::MAX.into()),
            Self::U64 => (0, u64::MAX.into()),
            Self::S8 => (i8::MIN.into(), i8::MAX.into()),
            Self::S16 => (i16::MIN.into(), i16::MAX.into()),
            Self::S32 => (i32::MIN.into(), i32::MAX.into()),
            Self::S64 => (i64::MIN.into(), i64::MAX.into()),
        }
    }

    /// Whether JSON gives it as text too: not every reader of JSON keeps 64 bits.
    #[must_use]
    pub fn is_wide(self) -> bool {
        matches!(self, Self::U64 | Self::S64)
    }
}

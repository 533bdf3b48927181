//! JSON as a tree, where one is needed: bounded before it is built.
use std::fmt;

use serde_json::Value;

use super::size::{Bounds, Excess, Size};
use super::unambiguous::Unambiguous;

/// As deep as JSON nests that is read as a tree: what serde_json takes.
pub const MAX_DEPTH: usize = 127;

/// Why a text is no tree.
#[derive(Debug)]
pub enum BadTree {
    /// It holds more than it may.
    TooLarge(Excess),
    /// Its arrays and objects nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// It is no JSON, or means more than one thing.
    NoJson(serde_json::Error),
    /// It has the key that serde_json keeps for numbers.
    ReservedKey,
}

impl fmt::Display for BadTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(excess) => excess.fmt(f),
            Self::TooDeep => write!(f, "it nests deeper than {MAX_DEPTH} arrays and objects"),
            Self::NoJson(error) => error.fmt(f),
            Self::ReservedKey => f.write_str("it has a key that is reserved"),
        }
    }
}

/// A text as a tree.
///
/// # Errors
/// Where it exceeds the bounds, is no JSON, or has a key twice in one object.
pub fn tree(text: &str, bounds: Bounds) -> Result<Value, BadTree> {
    let size = Size::of(text.as_bytes());
    if size.depth > MAX_DEPTH {
        return Err(BadTree::TooDeep);
    }
    size.within(bounds).map_err(BadTree::TooLarge)?;
    let Unambiguous = serde_json::from_str(text).map_err(BadTree::NoJson)?;
    let value: Value = serde_json::from_str(text).map_err(BadTree::NoJson)?;
    // serde_json takes an object with its own mark as key, however spelled, for a number.
    if objects(&value) == size.objects { Ok(value) } else { Err(BadTree::ReservedKey) }
}

/// How many objects are in a value.
fn objects(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(objects).sum::<usize>(),
        Value::Array(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

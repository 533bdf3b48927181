//! A value of a shape as JSON text, within a limit of bytes: a guest's result is never held larger than it may be.
use std::collections::HashMap;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasmtime::component::Val;

use super::numbers::{float_text, wide_text};
use super::shape::Shape;

/// Why a value is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritten {
    /// Its text is longer than the limit.
    TooLong,
    /// It is no value of the shape, which no engine gives.
    Misshapen,
}

/// The JSON text of a value, fields in the order of the type.
///
/// # Errors
/// [`Unwritten`].
pub fn write(shape: &Shape, value: &Val, limit: usize) -> Result<Vec<u8>, Unwritten> {
    let mut text = Text { bytes: Vec::new(), limit };
    text.value(shape, value)?;
    Ok(text.bytes)
}

/// The JSON text of bytes.
pub(super) fn write_bytes(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Unwritten> {
    let mut text = Text { bytes: Vec::new(), limit };
    text.base64(bytes)?;
    Ok(text.bytes)
}

struct Text {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Text {
    fn value(&mut self, shape: &Shape, value: &Val) -> Result<(), Unwritten> {
        match (shape, value) {
            (Shape::Bool, Val::Bool(value)) => self.plain(if *value { "true" } else { "false" }),
            (Shape::Integer(_), Val::U8(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::U16(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::U32(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::S8(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::S16(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::S32(n)) => self.plain(&n.to_string()),
            (Shape::Integer(_), Val::U64(n)) => self.plain(&wide_text(n, *n)),
            (Shape::Integer(_), Val::S64(n)) => self.plain(&wide_text(n, n.unsigned_abs())),
            (Shape::F32, Val::Float32(float)) => self.plain(&float_text(*float)),
            (Shape::F64, Val::Float64(float)) => self.plain(&float_text(*float)),
            (Shape::Char, Val::Char(one)) => self.string(one.encode_utf8(&mut [0; 4])),
            (Shape::Text, Val::String(text)) => self.string(text),
            (Shape::Bytes, Val::List(items)) => {
                let byte = |item: &Val| if let Val::U8(byte) = item { Ok(*byte) } else { Err(Unwritten::Misshapen) };
                self.base64(&items.iter().map(byte).collect::<Result<Vec<_>, _>>()?)
            }
            (Shape::List(item), Val::List(items)) => self.array(items, |text, value| text.value(item, value)),
            (Shape::Object(item), Val::Map(entries)) => {
                self.seq(["{", "}"], last_of_each(entries).into_iter(), |text, (key, value)| {
                    text.value(&Shape::Text, key)?;
                    text.plain(":")?;
                    text.value(item, value)
                })
            }
            (Shape::Pairs(key_shape, item), Val::Map(entries)) => {
                self.seq(["[", "]"], last_of_each(entries).into_iter(), |text, (key, value)| {
                    text.plain("[")?;
                    text.value(key_shape, key)?;
                    text.plain(",")?;
                    text.value(item, value)?;
                    text.plain("]")
                })
            }
            (Shape::Record(shapes), Val::Record(fields)) if shapes.len() == fields.len() => {
                self.seq(["{", "}"], shapes.iter().zip(fields), |text, ((name, shape), (_, value))| {
                    text.string(name)?;
                    text.plain(":")?;
                    text.value(shape, value)
                })
            }
            (Shape::Tuple(shapes), Val::Tuple(items)) if shapes.len() == items.len() => {
                self.seq(["[", "]"], shapes.iter().zip(items), |text, (shape, value)| text.value(shape, value))
            }
            (Shape::Variant(cases), Val::Variant(name, payload)) => {
                let shape = cases.iter().find(|(case, _)| case == name).ok_or(Unwritten::Misshapen)?.1.as_ref();
                match (shape, payload) {
                    (None, None) => self.string(name),
                    (Some(shape), Some(value)) => self.alone(name, Some(shape), Some(value)),
                    _ => Err(Unwritten::Misshapen),
                }
            }
            (Shape::Enum(_), Val::Enum(name)) => self.string(name),
            (Shape::Option(_), Val::Option(None)) => self.plain("null"),
            (Shape::Option(some), Val::Option(Some(value))) => match **some {
                Shape::Option(_) => self.alone("some", Some(some), Some(value)),
                _ => self.value(some, value),
            },
            (Shape::Result(ok, _), Val::Result(Ok(value))) => self.alone("ok", ok.as_deref(), value.as_deref()),
            (Shape::Result(_, err), Val::Result(Err(value))) => self.alone("err", err.as_deref(), value.as_deref()),
            (Shape::Flags(_), Val::Flags(names)) => self.array(names, |text, name| text.string(name)),
            _ => Err(Unwritten::Misshapen),
        }
    }

    /// An object with one field; `null` where the case has no value.
    fn alone(&mut self, name: &str, shape: Option<&Shape>, value: Option<&Val>) -> Result<(), Unwritten> {
        self.plain("{")?;
        self.string(name)?;
        self.plain(":")?;
        match (shape, value) {
            (Some(shape), Some(value)) => self.value(shape, value)?,
            (None, None) => self.plain("null")?,
            _ => return Err(Unwritten::Misshapen),
        }
        self.plain("}")
    }

    fn array<T>(
        &mut self,
        items: &[T],
        each: impl FnMut(&mut Self, &T) -> Result<(), Unwritten>,
    ) -> Result<(), Unwritten> {
        self.seq(["[", "]"], items.iter(), each)
    }

    fn seq<T>(
        &mut self,
        [open, close]: [&str; 2],
        items: impl Iterator<Item = T>,
        mut each: impl FnMut(&mut Self, T) -> Result<(), Unwritten>,
    ) -> Result<(), Unwritten> {
        self.plain(open)?;
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.plain(",")?;
            }
            each(self, item)?;
        }
        self.plain(close)
    }

    fn base64(&mut self, bytes: &[u8]) -> Result<(), Unwritten> {
        // Before it is made: four characters for each three bytes.
        let room = self.limit - self.bytes.len();
        if bytes.len().div_ceil(3).saturating_mul(4) > room {
            return Err(Unwritten::TooLong);
        }
        self.plain("\"")?;
        self.plain(&STANDARD.encode(bytes))?;
        self.plain("\"")
    }

    fn string(&mut self, text: &str) -> Result<(), Unwritten> {
        serde_json::to_writer(&mut *self, text).map_err(|_| Unwritten::TooLong)
    }

    fn plain(&mut self, text: &str) -> Result<(), Unwritten> {
        self.write_all(text.as_bytes()).map_err(|_| Unwritten::TooLong)
    }
}

/// A map's entries, of those with one key the last: that is what a map with a key twice means.
fn last_of_each(entries: &[(Val, Val)]) -> Vec<&(Val, Val)> {
    let mut last = HashMap::with_capacity(entries.len());
    for (at, (key, _)) in entries.iter().enumerate() {
        last.insert(format!("{key:?}"), at);
    }
    let is_last = |(at, (key, _)): &(usize, &(Val, Val))| last.get(&format!("{key:?}")) == Some(at);
    entries.iter().enumerate().filter(is_last).map(|(_, entry)| entry).collect()
}

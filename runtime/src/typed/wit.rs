//! WIT types as shapes; what is no data is refused, with the place where it stands.
use std::fmt;

use wasmtime::component::Type;

use super::shape::{Integer, Shape};

/// As deep as types nest. JSON of such a value nests at most three times as deep, which every reader of JSON takes.
const MAX_DEPTH: usize = 32;
/// As many types and names as one function has: a few lines of WIT can spell a type of millions.
const MAX_PARTS: usize = 4_000;

/// A type that JSON cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands: `the parameter `options` at `/body``.
    pub place: String,
    /// Why it is refused, in words.
    pub why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.why)
    }
}

/// Turns the types of one function into shapes, and counts what they are made of.
#[derive(Debug)]
pub(super) struct Shaping {
    root: String,
    path: Vec<String>,
    parts: usize,
}

impl Shaping {
    pub(super) fn new() -> Self {
        Self { root: String::new(), path: Vec::new(), parts: 0 }
    }

    /// The shape of a parameter's or result's type, which errors call `root`.
    pub(super) fn of(&mut self, root: &str, ty: &Type) -> Result<Shape, Refused> {
        root.clone_into(&mut self.root);
        self.path.clear();
        self.shape(ty)
    }

    fn shape(&mut self, ty: &Type) -> Result<Shape, Refused> {
        self.count(1)?;
        if self.path.len() > MAX_DEPTH {
            return Err(self.refused(&format!("nests deeper than {MAX_DEPTH} types")));
        }
        Ok(match ty {
            Type::Bool => Shape::Bool,
            Type::U8 => Shape::Integer(Integer::U8),
            Type::U16 => Shape::Integer(Integer::U16),
            Type::U32 => Shape::Integer(Integer::U32),
            Type::U64 => Shape::Integer(Integer::U64),
            Type::S8 => Shape::Integer(Integer::S8),
            Type::S16 => Shape::Integer(Integer::S16),
            Type::S32 => Shape::Integer(Integer::S32),
            Type::S64 => Shape::Integer(Integer::S64),
            Type::Float32 => Shape::F32,
            Type::Float64 => Shape::F64,
            Type::Char => Shape::Char,
            Type::String => Shape::Text,
            Type::List(list) if list.ty() == Type::U8 => Shape::Bytes,
            Type::List(list) => Shape::List(self.at("*", &list.ty())?),
            Type::Map(map) if map.key() == Type::String => Shape::Object(self.at("*", &map.value())?),
            Type::Map(map) => Shape::Pairs(self.at("key", &map.key())?, self.at("*", &map.value())?),
            Type::Record(record) => {
                let field = |field: wasmtime::component::types::Field<'_>| {
                    Ok((field.name.to_owned(), *self.at(field.name, &field.ty)?))
                };
                Shape::Record(record.fields().map(field).collect::<Result<_, _>>()?)
            }
            Type::Tuple(tuple) => {
                let item = |(index, ty): (usize, Type)| Ok(*self.at(&index.to_string(), &ty)?);
                Shape::Tuple(tuple.types().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Type::Variant(variant) => {
                self.count(variant.cases().len())?;
                let case = |case: wasmtime::component::types::Case<'_>| {
                    let payload = case.ty.map(|ty| self.at(case.name, &ty)).transpose()?;
                    Ok((case.name.to_owned(), payload.map(|payload| *payload)))
                };
                Shape::Variant(variant.cases().map(case).collect::<Result<_, _>>()?)
            }
            Type::Enum(names) => Shape::Enum(self.names(names.names())?),
            Type::Flags(names) => Shape::Flags(self.names(names.names())?),
            Type::Option(option) => Shape::Option(self.at("some", &option.ty())?),
            Type::Result(result) => {
                let ok = result.ok().map(|ok| self.at("ok", &ok)).transpose()?;
                Shape::Result(ok, result.err().map(|err| self.at("err", &err)).transpose()?)
            }
            Type::Own(_) | Type::Borrow(_) => return Err(self.refused("is a resource, which JSON cannot hold")),
            Type::Stream(_) => return Err(self.refused("is a stream, which JSON cannot hold")),
            Type::Future(_) => return Err(self.refused("is a future, which JSON cannot hold")),
            Type::ErrorContext => return Err(self.refused("is an error context, which JSON cannot hold")),
            Type::FixedLengthList(_) => return Err(self.refused("is a list of fixed length, which is not taken yet")),
        })
    }

    fn at(&mut self, step: &str, ty: &Type) -> Result<Box<Shape>, Refused> {
        self.path.push(step.to_owned());
        let shape = self.shape(ty)?;
        self.path.pop();
        Ok(Box::new(shape))
    }

    fn names<'a>(&mut self, names: impl ExactSizeIterator<Item = &'a str>) -> Result<Vec<String>, Refused> {
        self.count(names.len())?;
        Ok(names.map(str::to_owned).collect())
    }

    fn count(&mut self, parts: usize) -> Result<(), Refused> {
        self.parts = self.parts.saturating_add(parts);
        if self.parts > MAX_PARTS {
            return Err(self.refused(&format!("takes the function beyond {MAX_PARTS} types and names")));
        }
        Ok(())
    }

    fn refused(&self, why: &str) -> Refused {
        let path: String = self.path.iter().map(|step| format!("/{step}")).collect();
        let place = if path.is_empty() { self.root.clone() } else { format!("{} at `{path}`", self.root) };
        Refused { place, why: why.to_owned() }
    }
}

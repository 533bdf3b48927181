//! A function's signature: an input object for its parameters, one JSON value for what it returns.
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use toolward_host_fns::program::{Answer, Datum};
use wasmtime::component::Type;
use wasmtime::component::types::ComponentFunc;

use super::misfit::{Misfit, Place};
use super::schema::{payload, record};
use super::shape::Shape;
use super::wit::{Refused, Shaping};
use super::write::{Unwritten, write, write_bytes};
use super::{read, schema};
use crate::json::{Bounds, Size};

/// The dialect of every schema here.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The largest signature of a worker: [`Shaping`] lets none be larger.
const BOUNDS: Bounds = Bounds { bytes: 4 << 20, nodes: 65_536 };

/// What a function takes and gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    params: Vec<(String, Shape)>,
    returns: Returns,
}

/// What a function gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Returns {
    /// Nothing: `null`.
    Nothing,
    /// A value.
    Value(Shape),
    /// A value where it did what it should, another where it failed.
    Result(Option<Shape>, Option<Shape>),
}

impl Signature {
    /// The signature of a function.
    ///
    /// # Errors
    /// Where a type in it is none that JSON can hold, or is too large.
    pub fn of(ty: &ComponentFunc) -> Result<Self, Refused> {
        let mut shaping = Shaping::new();
        let param =
            |(name, ty): (&str, Type)| Ok((name.to_owned(), shaping.of(&format!("its parameter `{name}`"), &ty)?));
        let params = ty.params().map(param).collect::<Result<_, _>>()?;
        let returns = match ty.results().next() {
            None => Returns::Nothing,
            Some(ty) => match shaping.of("its result", &ty)? {
                Shape::Result(ok, err) => Returns::Result(ok.map(|ok| *ok), err.map(|err| *err)),
                shape => Returns::Value(shape),
            },
        };
        Ok(Self { params, returns })
    }

    /// A signature that a worker says, as JSON. That has a bound on its depth; length and parts are counted first.
    ///
    /// # Errors
    /// Where it is none, or larger than one of a component can be.
    pub(crate) fn parse(text: &str) -> Result<Self, ()> {
        Size::of(text.as_bytes()).within(BOUNDS).map_err(drop)?;
        serde_json::from_str(text).map_err(drop)
    }

    /// The arguments that an input means.
    ///
    /// # Errors
    /// Where it does not fit: the field is named.
    pub fn arguments(&self, input: &Value) -> Result<Vec<Datum>, Misfit> {
        let object = read::known_fields(&self.params, input, &Place::Root)?;
        let argument = |(name, shape): &(String, Shape)| match (shape, object.get(name)) {
            (Shape::Bytes, Some(json)) => read::bytes(json, &Place::Field(&Place::Root, name)).map(Datum::Bytes),
            (shape, _) => read::field(shape, name, object, &Place::Root).map(Datum::Val),
        };
        self.params.iter().map(argument).collect()
    }

    /// The JSON text of what the function gave.
    ///
    /// # Errors
    /// Where that is longer than `limit` bytes, or not what its type says.
    pub fn output(&self, answer: &Answer, limit: usize) -> Result<Vec<u8>, Unwritten> {
        let shape = match (&self.returns, answer) {
            (Returns::Nothing, _) => None,
            (Returns::Value(shape), _) => Some(shape),
            (Returns::Result(ok, _), Ok(_)) => ok.as_ref(),
            (Returns::Result(_, err), Err(_)) => err.as_ref(),
        };
        let (Ok(datum) | Err(datum)) = answer;
        match (shape, datum) {
            (None, None) if limit < "null".len() => Err(Unwritten::TooLong),
            (None, None) => Ok(b"null".to_vec()),
            (Some(Shape::Bytes), Some(Datum::Bytes(bytes))) => write_bytes(bytes, limit),
            (Some(shape), Some(Datum::Val(value))) => write(shape, value, limit),
            _ => Err(Unwritten::Misshapen),
        }
    }

    /// The JSON Schema of the input.
    #[must_use]
    pub fn input_schema(&self) -> Value {
        with_dialect(record(&self.params))
    }

    /// The JSON Schema of the output.
    #[must_use]
    pub fn output_schema(&self) -> Value {
        with_dialect(match &self.returns {
            Returns::Nothing => payload(None),
            Returns::Value(shape) => schema(shape),
            Returns::Result(ok, _) => payload(ok.as_ref()),
        })
    }

    /// The JSON Schema of the output of a call that failed, where the function says so itself.
    #[must_use]
    pub fn error_schema(&self) -> Option<Value> {
        match &self.returns {
            Returns::Result(_, err) => Some(with_dialect(payload(err.as_ref()))),
            Returns::Nothing | Returns::Value(_) => None,
        }
    }
}

fn with_dialect(schema: Value) -> Value {
    let mut whole = Map::from_iter([("$schema".to_owned(), json!(DIALECT))]);
    if let Value::Object(schema) = schema {
        whole.extend(schema);
    }
    Value::Object(whole)
}

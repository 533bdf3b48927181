//! Shapes as JSON Schema (draft 2020-12): what a caller reads to know what to give, and what comes back.
use serde_json::{Map, Value, json};

use super::shape::{Integer, Shape};

/// The schema of values of a shape.
#[must_use]
pub fn schema(shape: &Shape) -> Value {
    match shape {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Integer(kind) => integer(*kind),
        Shape::F32 | Shape::F64 => json!({ "anyOf": [{ "type": "number" }, { "enum": ["nan", "inf", "-inf"] }] }),
        Shape::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Shape::List(item) => json!({ "type": "array", "items": schema(item) }),
        Shape::Object(item) => json!({ "type": "object", "additionalProperties": schema(item) }),
        Shape::Pairs(key, item) => json!({ "type": "array", "items": tuple([&**key, &**item].into_iter()) }),
        Shape::Record(fields) => record(fields),
        Shape::Tuple(items) => tuple(items.iter()),
        Shape::Variant(cases) => {
            let case = |(name, shape): &(String, Option<Shape>)| match shape {
                None => json!({ "const": name }),
                Some(shape) => alone(name, schema(shape)),
            };
            json!({ "oneOf": cases.iter().map(case).collect::<Value>() })
        }
        Shape::Enum(names) => json!({ "enum": names }),
        Shape::Option(some) => {
            let some = match **some {
                Shape::Option(_) => alone("some", schema(some)),
                _ => schema(some),
            };
            json!({ "anyOf": [some, { "type": "null" }] })
        }
        Shape::Result(ok, err) => {
            json!({ "oneOf": [alone("ok", payload(ok.as_deref())), alone("err", payload(err.as_deref()))] })
        }
        Shape::Flags(names) => json!({ "type": "array", "items": { "enum": names }, "uniqueItems": true }),
    }
}

/// The schema of a case's value; `null` where it has none.
pub(super) fn payload(shape: Option<&Shape>) -> Value {
    shape.map_or_else(|| json!({ "type": "null" }), schema)
}

/// The schema of named values; only those that may be none may be absent.
pub(super) fn record(fields: &[(String, Shape)]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|(name, shape)| (name.clone(), schema(shape))).collect();
    let required = fields.iter().filter(|(_, shape)| !matches!(shape, Shape::Option(_))).map(|(name, _)| name.as_str());
    json!({
        "type": "object", "properties": properties, "required": required.collect::<Value>(),
        "additionalProperties": false,
    })
}

/// An object with one field.
fn alone(name: &str, value: Value) -> Value {
    json!({ "type": "object", "properties": { name: value }, "required": [name], "additionalProperties": false })
}

fn tuple<'a>(items: impl ExactSizeIterator<Item = &'a Shape>) -> Value {
    let count = items.len();
    let mut tuple = json!({ "type": "array", "items": false, "minItems": count });
    // A list of no schemas is none to the specification.
    if count > 0 {
        tuple["prefixItems"] = items.map(schema).collect();
    }
    tuple
}

fn integer(kind: Integer) -> Value {
    let (least, most) = kind.range();
    // Numbers keep every digit, also those beyond what `json!` takes as one.
    let number = |n: i128| n.to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number);
    let number = json!({ "type": "integer", "minimum": number(least), "maximum": number(most) });
    if !kind.is_wide() {
        return number;
    }
    let digits = if least == 0 { "^(0|[1-9][0-9]*)$" } else { "^(0|-?[1-9][0-9]*)$" };
    json!({ "anyOf": [number, { "type": "string", "pattern": digits }] })
}

//! JSON as a value of a shape. Nothing is guessed: what does not fit is an error that names the place.
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wasmtime::component::Val;

use super::misfit::{Misfit, Place, names, shown};
use super::numbers;
use super::shape::Shape;

/// A whole JSON value as a value of this shape.
///
/// # Errors
/// Where it does not fit: the place is named.
pub fn read(shape: &Shape, json: &Value) -> Result<Val, Misfit> {
    value(shape, json, &Place::Root)
}

pub(super) fn value(shape: &Shape, json: &Value, place: &Place<'_>) -> Result<Val, Misfit> {
    match shape {
        Shape::Bool => match json {
            Value::Bool(value) => Ok(Val::Bool(*value)),
            other => Err(place.is_no("true or false", other)),
        },
        Shape::Integer(kind) => numbers::integer(*kind, json, place),
        Shape::F32 => numbers::float(json, place).map(Val::Float32),
        Shape::F64 => numbers::float(json, place).map(Val::Float64),
        Shape::Char => {
            let mut chars = string(json, "one character", place)?.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => Ok(Val::Char(one)),
                _ => Err(place.misfit("it is not exactly one character")),
            }
        }
        Shape::Text => string(json, "a string", place).map(|text| Val::String(text.to_owned())),
        Shape::Bytes => bytes(json, place).map(|bytes| Val::List(bytes.into_iter().map(Val::U8).collect())),
        Shape::List(item) => {
            let items = array(json, place)?.iter().enumerate();
            items.map(|(at, json)| value(item, json, &Place::Item(place, at))).collect::<Result<_, _>>().map(Val::List)
        }
        Shape::Object(item) => {
            let entry = |(key, json): (&String, &Value)| {
                Ok((Val::String(key.clone()), value(item, json, &Place::Field(place, key))?))
            };
            object(json, place)?.iter().map(entry).collect::<Result<_, _>>().map(Val::Map)
        }
        Shape::Pairs(key, item) => pairs(key, item, array(json, place)?, place),
        Shape::Record(fields) => record(fields, json, place).map(Val::Record),
        Shape::Tuple(shapes) => {
            let items = array(json, place)?;
            if items.len() != shapes.len() {
                return Err(place.misfit(format!("it has {} items, not {}", items.len(), shapes.len())));
            }
            let each = shapes.iter().zip(items).enumerate();
            let item = each.map(|(at, (shape, json))| value(shape, json, &Place::Item(place, at)));
            item.collect::<Result<_, _>>().map(Val::Tuple)
        }
        Shape::Variant(cases) => variant(cases, json, place),
        Shape::Enum(all) => one_of(all, string(json, "a string", place)?, place).map(Val::Enum),
        Shape::Option(some) => option(some, json, place),
        Shape::Result(ok, err) => {
            let (case, json) = only_field(json, "an object with `ok` or `err` alone", place)?;
            let payload = |shape: &Option<Box<Shape>>| payload(shape.as_deref(), json, &Place::Field(place, case));
            match case {
                "ok" => payload(ok).map(|ok| Val::Result(Ok(ok))),
                "err" => payload(err).map(|err| Val::Result(Err(err))),
                other => Err(place.misfit(format!("{} is neither `ok` nor `err`", shown(other)))),
            }
        }
        Shape::Flags(all) => flags(all, array(json, place)?, place),
    }
}

/// The bytes that base64 stands for (RFC 4648, section 4, with its padding).
pub(super) fn bytes(json: &Value, place: &Place<'_>) -> Result<Vec<u8>, Misfit> {
    let text = string(json, "bytes in base64", place)?;
    STANDARD.decode(text).map_err(|error| place.misfit(format!("it is no base64: {}", lower(&error.to_string()))))
}

/// Named values, all of them there but those that may be absent, and no others.
pub(super) fn record(
    fields: &[(String, Shape)],
    json: &Value,
    place: &Place<'_>,
) -> Result<Vec<(String, Val)>, Misfit> {
    let object = known_fields(fields, json, place)?;
    let field = |(name, shape): &(String, Shape)| Ok((name.clone(), field(shape, name, object, place)?));
    fields.iter().map(field).collect()
}

/// An object that has no field but these.
pub(super) fn known_fields<'a>(
    fields: &[(String, Shape)],
    json: &'a Value,
    place: &Place<'_>,
) -> Result<&'a serde_json::Map<String, Value>, Misfit> {
    let object = object(json, place)?;
    if fields.iter().filter(|(name, _)| object.contains_key(name)).count() == object.len() {
        return Ok(object);
    }
    match object.keys().find(|key| !fields.iter().any(|(name, _)| name == *key)) {
        None => Ok(object),
        Some(unknown) if fields.is_empty() => {
            Err(Place::Field(place, unknown).misfit("there is no such field: it takes none"))
        }
        Some(unknown) => {
            let names = names(fields.iter().map(|(name, _)| name.as_str()));
            Err(Place::Field(place, unknown).misfit(format!("there is no such field: it takes {names}")))
        }
    }
}

/// A named value; where it is absent, none.
pub(super) fn field(
    shape: &Shape,
    name: &str,
    object: &serde_json::Map<String, Value>,
    place: &Place<'_>,
) -> Result<Val, Misfit> {
    let here = Place::Field(place, name);
    match (object.get(name), shape) {
        (Some(json), _) => value(shape, json, &here),
        (None, Shape::Option(_)) => Ok(Val::Option(None)),
        (None, _) => Err(here.misfit("it is missing")),
    }
}

fn pairs(key: &Shape, item: &Shape, entries: &[Value], place: &Place<'_>) -> Result<Val, Misfit> {
    let mut seen = BTreeSet::new();
    let pair = |(at, entry): (usize, &Value)| {
        let here = Place::Item(place, at);
        let [first, second] = array(entry, &here)?.as_slice() else {
            return Err(here.misfit("it is no pair of a key and a value"));
        };
        let first = value(key, first, &Place::Item(&here, 0))?;
        // Read first: one key has several spellings in JSON.
        if !seen.insert(format!("{first:?}")) {
            return Err(here.misfit("its key stands twice"));
        }
        Ok((first, value(item, second, &Place::Item(&here, 1))?))
    };
    entries.iter().enumerate().map(pair).collect::<Result<_, _>>().map(Val::Map)
}

fn variant(cases: &[(String, Option<Shape>)], json: &Value, place: &Place<'_>) -> Result<Val, Misfit> {
    let (name, given) = match json {
        Value::String(name) => (name.as_str(), None),
        other => {
            let (name, json) =
                only_field(other, "the name of a case, or an object with a case as its only field", place)?;
            (name, Some(json))
        }
    };
    let Some((case, shape)) = cases.iter().find(|(case, _)| case == name) else {
        let names = names(cases.iter().map(|(case, _)| case.as_str()));
        return Err(place.misfit(format!("{} is none of {names}", shown(name))));
    };
    match (shape, given) {
        (None, None) => Ok(Val::Variant(case.clone(), None)),
        (Some(shape), Some(json)) => {
            let payload = value(shape, json, &Place::Field(place, case))?;
            Ok(Val::Variant(case.clone(), Some(Box::new(payload))))
        }
        (Some(_), None) => Err(place.misfit(format!("the case {0} has a value: {{\"{case}\": …}}", shown(case)))),
        (None, Some(_)) => Err(place.misfit(format!("the case {0} has no value: it is \"{case}\"", shown(case)))),
    }
}

/// `null` or a value; one that may be `null` itself stands in `{"some": …}`, so that the two are told apart.
fn option(some: &Shape, json: &Value, place: &Place<'_>) -> Result<Val, Misfit> {
    if json.is_null() {
        return Ok(Val::Option(None));
    }
    let inner = match some {
        Shape::Option(_) => match only_field(json, "null or an object with `some` alone", place)? {
            ("some", json) => value(some, json, &Place::Field(place, "some"))?,
            (other, _) => return Err(place.misfit(format!("{} is not `some`", shown(other)))),
        },
        _ => value(some, json, place)?,
    };
    Ok(Val::Option(Some(Box::new(inner))))
}

/// What stands in a case of a result; `null` where the case has no value.
fn payload(shape: Option<&Shape>, json: &Value, place: &Place<'_>) -> Result<Option<Box<Val>>, Misfit> {
    match shape {
        Some(shape) => value(shape, json, place).map(|value| Some(Box::new(value))),
        None if json.is_null() => Ok(None),
        None => Err(place.is_no("null: it has no value", json)),
    }
}

fn flags(all: &[String], given: &[Value], place: &Place<'_>) -> Result<Val, Misfit> {
    let mut set: Vec<String> = Vec::with_capacity(given.len().min(all.len()));
    for (at, json) in given.iter().enumerate() {
        let here = Place::Item(place, at);
        let name = one_of(all, string(json, "a string", &here)?, &here)?;
        if set.contains(&name) {
            return Err(here.misfit(format!("{} stands twice", shown(&name))));
        }
        set.push(name);
    }
    Ok(Val::Flags(set))
}

fn one_of(all: &[String], name: &str, place: &Place<'_>) -> Result<String, Misfit> {
    if all.iter().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    let names = names(all.iter().map(String::as_str));
    Err(place.misfit(format!("{} is none of {names}", shown(name))))
}

fn only_field<'a>(json: &'a Value, wanted: &str, place: &Place<'_>) -> Result<(&'a str, &'a Value), Misfit> {
    let Value::Object(object) = json else { return Err(place.is_no(wanted, json)) };
    let mut fields = object.iter();
    match (fields.next(), fields.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        _ => Err(place.misfit(format!("it is not {wanted}"))),
    }
}

fn string<'a>(json: &'a Value, wanted: &str, place: &Place<'_>) -> Result<&'a str, Misfit> {
    json.as_str().ok_or_else(|| place.is_no(wanted, json))
}

fn array<'a>(json: &'a Value, place: &Place<'_>) -> Result<&'a Vec<Value>, Misfit> {
    json.as_array().ok_or_else(|| place.is_no("an array", json))
}

fn object<'a>(json: &'a Value, place: &Place<'_>) -> Result<&'a serde_json::Map<String, Value>, Misfit> {
    json.as_object().ok_or_else(|| place.is_no("an object", json))
}

/// Another crate's sentence, within one of ours.
fn lower(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

//! Typed values: any value of any type comes back from its JSON as it was; any JSON is read or refused, and what is read is
//! written as JSON that reads the same. Nothing is written longer than it may be.
#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use wasmtime::component::Val;

#[path = "typed/mod.rs"]
mod typed;

use typed::{Integer, Shape, Unwritten, read, write};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let Ok(shape) = shape(&mut bytes, 4) else { return };
    if let Ok(value) = value(&shape, &mut bytes) {
        comes_back(&shape, &value);
    }
    let rest = bytes.take_rest();
    let Ok(json) = serde_json::from_slice(rest) else { return };
    if let Ok(value) = read(&shape, &json) {
        comes_back(&shape, &value);
    }
});

fn comes_back(shape: &Shape, value: &Val) {
    let text = write(shape, value, usize::MAX).expect("a value of its shape");
    let json = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(read(shape, &json).as_ref(), Ok(value), "{}", String::from_utf8_lossy(&text));
    assert_eq!(write(shape, value, text.len()).as_ref(), Ok(&text));
    assert_eq!(write(shape, value, text.len() - 1), Err(Unwritten::TooLong));
}

const INTEGERS: [Integer; 8] =
    [Integer::U8, Integer::U16, Integer::U32, Integer::U64, Integer::S8, Integer::S16, Integer::S32, Integer::S64];

fn shape(bytes: &mut Unstructured<'_>, depth: u8) -> Result<Shape> {
    let kinds = if depth == 0 { 8 } else { 16 };
    let inner = |bytes: &mut Unstructured<'_>| shape(bytes, depth - 1);
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => Shape::Bool,
        1 => Shape::Integer(*bytes.choose(&INTEGERS)?),
        2 => Shape::F32,
        3 => Shape::F64,
        4 => Shape::Char,
        5 => Shape::Text,
        6 => Shape::Bytes,
        7 => Shape::Enum(names(bytes)?),
        8 => Shape::Flags(names(bytes)?),
        9 => match inner(bytes)? {
            Shape::Integer(Integer::U8) => Shape::Bytes,
            item => Shape::List(Box::new(item)),
        },
        10 => Shape::Object(Box::new(inner(bytes)?)),
        11 => Shape::Pairs(Box::new(Shape::Integer(*bytes.choose(&INTEGERS)?)), Box::new(inner(bytes)?)),
        12 => Shape::Record(names(bytes)?.into_iter().map(|name| Ok((name, inner(bytes)?))).collect::<Result<_>>()?),
        13 => Shape::Tuple((0..bytes.int_in_range(0..=3)?).map(|_| inner(bytes)).collect::<Result<_>>()?),
        14 => {
            let names = names(bytes)?;
            let case = |name| Ok((name, if bytes.arbitrary()? { Some(inner(bytes)?) } else { None }));
            Shape::Variant(names.into_iter().map(case).collect::<Result<_>>()?)
        }
        15 => Shape::Option(Box::new(inner(bytes)?)),
        _ => {
            let ok = if bytes.arbitrary()? { Some(Box::new(inner(bytes)?)) } else { None };
            Shape::Result(ok, if bytes.arbitrary()? { Some(Box::new(inner(bytes)?)) } else { None })
        }
    })
}

/// One to three names, no two the same.
fn names(bytes: &mut Unstructured<'_>) -> Result<Vec<String>> {
    const NAMES: [&str; 6] = ["a", "b-c", "some", "ok", "err", "x1"];
    let first: usize = bytes.int_in_range(0..=5)?;
    let count: usize = bytes.int_in_range(1..=3)?;
    Ok(NAMES.iter().cycle().skip(first).take(count).map(|name| (*name).to_owned()).collect())
}

fn value(shape: &Shape, bytes: &mut Unstructured<'_>) -> Result<Val> {
    Ok(match shape {
        Shape::Bool => Val::Bool(bytes.arbitrary()?),
        Shape::Integer(Integer::U8) => Val::U8(bytes.arbitrary()?),
        Shape::Integer(Integer::U16) => Val::U16(bytes.arbitrary()?),
        Shape::Integer(Integer::U32) => Val::U32(bytes.arbitrary()?),
        Shape::Integer(Integer::U64) => Val::U64(bytes.arbitrary()?),
        Shape::Integer(Integer::S8) => Val::S8(bytes.arbitrary()?),
        Shape::Integer(Integer::S16) => Val::S16(bytes.arbitrary()?),
        Shape::Integer(Integer::S32) => Val::S32(bytes.arbitrary()?),
        Shape::Integer(Integer::S64) => Val::S64(bytes.arbitrary()?),
        Shape::F32 => Val::Float32(f32::from_bits(bytes.arbitrary()?)),
        Shape::F64 => Val::Float64(f64::from_bits(bytes.arbitrary()?)),
        Shape::Char => Val::Char(bytes.arbitrary()?),
        Shape::Text => Val::String(bytes.arbitrary()?),
        Shape::Bytes => Val::List(bytes.arbitrary::<Vec<u8>>()?.into_iter().map(Val::U8).collect()),
        Shape::List(item) => Val::List(several(bytes, |bytes| value(item, bytes))?),
        Shape::Object(item) => {
            let entries = several(bytes, |bytes| Ok((bytes.arbitrary::<String>()?, value(item, bytes)?)))?;
            let sorted: std::collections::BTreeMap<String, Val> = entries.into_iter().collect();
            Val::Map(sorted.into_iter().map(|(key, value)| (Val::String(key), value)).collect())
        }
        Shape::Pairs(key, item) => {
            let mut pairs = several(bytes, |bytes| Ok((value(key, bytes)?, value(item, bytes)?)))?;
            let mut seen = std::collections::HashSet::new();
            pairs.retain(|(key, _)| seen.insert(format!("{key:?}")));
            Val::Map(pairs)
        }
        Shape::Record(fields) => {
            let field = |(name, shape): &(String, Shape)| Ok((name.clone(), value(shape, bytes)?));
            Val::Record(fields.iter().map(field).collect::<Result<_>>()?)
        }
        Shape::Tuple(shapes) => Val::Tuple(shapes.iter().map(|shape| value(shape, bytes)).collect::<Result<_>>()?),
        Shape::Variant(cases) => {
            let (name, shape) = bytes.choose(cases)?;
            Val::Variant(name.clone(), payload(shape.as_ref(), bytes)?)
        }
        Shape::Enum(names) => Val::Enum(bytes.choose(names)?.clone()),
        Shape::Option(some) => Val::Option(if bytes.arbitrary()? { Some(Box::new(value(some, bytes)?)) } else { None }),
        Shape::Result(ok, err) => Val::Result(match bytes.arbitrary()? {
            true => Ok(payload(ok.as_deref(), bytes)?),
            false => Err(payload(err.as_deref(), bytes)?),
        }),
        Shape::Flags(names) => {
            let mut set = names.clone();
            let keep: u8 = bytes.arbitrary()?;
            let mut at = 0;
            set.retain(|_| {
                at += 1;
                keep & (1 << (at - 1)) != 0
            });
            Val::Flags(set)
        }
    })
}

fn payload(shape: Option<&Shape>, bytes: &mut Unstructured<'_>) -> Result<Option<Box<Val>>> {
    shape.map(|shape| value(shape, bytes).map(Box::new)).transpose()
}

fn several<T>(bytes: &mut Unstructured<'_>, mut one: impl FnMut(&mut Unstructured<'_>) -> Result<T>) -> Result<Vec<T>> {
    (0..bytes.int_in_range(0..=4)?).map(|_| one(bytes)).collect()
}

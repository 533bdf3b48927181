//! Random shapes, and random values of them.
use proptest::prelude::*;
use toolward::typed::{Integer, Shape};
use wasmtime::component::Val;

/// Any shape, a few types deep.
pub(crate) fn shapes() -> impl Strategy<Value = Shape> {
    let integers = prop_oneof![
        Just(Integer::U8),
        Just(Integer::U16),
        Just(Integer::U32),
        Just(Integer::U64),
        Just(Integer::S8),
        Just(Integer::S16),
        Just(Integer::S32),
        Just(Integer::S64),
    ];
    let keys = prop_oneof![integers.clone().prop_map(Shape::Integer), Just(Shape::Char), Just(Shape::Bool)];
    let leaves = prop_oneof![
        integers.prop_map(Shape::Integer),
        Just(Shape::Bool),
        Just(Shape::F32),
        Just(Shape::F64),
        Just(Shape::Char),
        Just(Shape::Text),
        Just(Shape::Bytes),
        names().prop_map(Shape::Enum),
        names().prop_map(Shape::Flags),
    ];
    leaves.prop_recursive(4, 24, 4, move |inner| {
        let payload = proptest::option::of(inner.clone());
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed.clone().prop_map(Shape::Option),
            boxed
                .clone()
                .prop_filter("bytes are another shape", |s| **s != Shape::Integer(Integer::U8))
                .prop_map(Shape::List),
            boxed.clone().prop_map(Shape::Object),
            (keys.clone().prop_map(Box::new), boxed.clone()).prop_map(|(key, item)| Shape::Pairs(key, item)),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Shape::Tuple),
            (names(), prop::collection::vec(inner, 6))
                .prop_map(|(names, shapes)| Shape::Record(names.into_iter().zip(shapes).collect())),
            (names(), prop::collection::vec(payload, 6))
                .prop_map(|(names, shapes)| Shape::Variant(names.into_iter().zip(shapes).collect())),
            (proptest::option::of(boxed.clone()), proptest::option::of(boxed))
                .prop_map(|(ok, err)| Shape::Result(ok, err)),
        ]
    })
}

/// One to six names, no two the same. Some are those that JSON of other types has too.
fn names() -> impl Strategy<Value = Vec<String>> {
    let name =
        prop_oneof!["[a-z][a-z0-9-]{0,8}", Just("some".to_owned()), Just("ok".to_owned()), Just("err".to_owned())];
    prop::collection::btree_set(name, 1..6).prop_map(|names| names.into_iter().collect::<Vec<_>>()).prop_shuffle()
}

/// A shape and a value of it.
pub(crate) fn values() -> impl Strategy<Value = (Shape, Val)> {
    shapes().prop_flat_map(|shape| {
        let value = value(&shape);
        (Just(shape), value)
    })
}

/// Any value of a shape.
fn value(shape: &Shape) -> BoxedStrategy<Val> {
    match shape {
        Shape::Bool => any::<bool>().prop_map(Val::Bool).boxed(),
        Shape::Integer(Integer::U8) => any::<u8>().prop_map(Val::U8).boxed(),
        Shape::Integer(Integer::U16) => any::<u16>().prop_map(Val::U16).boxed(),
        Shape::Integer(Integer::U32) => any::<u32>().prop_map(Val::U32).boxed(),
        Shape::Integer(Integer::U64) => {
            prop_oneof![any::<u64>(), Just(1 << 53), Just(u64::MAX)].prop_map(Val::U64).boxed()
        }
        Shape::Integer(Integer::S8) => any::<i8>().prop_map(Val::S8).boxed(),
        Shape::Integer(Integer::S16) => any::<i16>().prop_map(Val::S16).boxed(),
        Shape::Integer(Integer::S32) => any::<i32>().prop_map(Val::S32).boxed(),
        Shape::Integer(Integer::S64) => prop_oneof![any::<i64>(), Just(i64::MIN)].prop_map(Val::S64).boxed(),
        Shape::F32 => any::<u32>().prop_map(|bits| Val::Float32(f32::from_bits(bits))).boxed(),
        Shape::F64 => any::<u64>().prop_map(|bits| Val::Float64(f64::from_bits(bits))).boxed(),
        Shape::Char => any::<char>().prop_map(Val::Char).boxed(),
        Shape::Text => any::<String>().prop_map(Val::String).boxed(),
        Shape::Bytes => prop::collection::vec(any::<u8>().prop_map(Val::U8), 0..40).prop_map(Val::List).boxed(),
        Shape::List(item) => prop::collection::vec(value(item), 0..4).prop_map(Val::List).boxed(),
        Shape::Object(item) => {
            let entries = prop::collection::btree_map(any::<String>(), value(item), 0..4);
            entries
                .prop_map(|map| Val::Map(map.into_iter().map(|(key, value)| (Val::String(key), value)).collect()))
                .boxed()
        }
        Shape::Pairs(key, item) => prop::collection::vec((value(key), value(item)), 0..4)
            .prop_map(|mut pairs| {
                let mut seen = std::collections::HashSet::new();
                pairs.retain(|(key, _)| seen.insert(format!("{key:?}")));
                Val::Map(pairs)
            })
            .boxed(),
        Shape::Record(fields) => {
            let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
            let values: Vec<_> = fields.iter().map(|(_, shape)| value(shape)).collect();
            values.prop_map(move |values| Val::Record(names.iter().cloned().zip(values).collect())).boxed()
        }
        Shape::Tuple(shapes) => shapes.iter().map(value).collect::<Vec<_>>().prop_map(Val::Tuple).boxed(),
        Shape::Variant(cases) => {
            let case = |(name, shape): &(String, Option<Shape>)| {
                let name = name.clone();
                payload(shape.as_ref()).prop_map(move |payload| Val::Variant(name.clone(), payload)).boxed()
            };
            proptest::strategy::Union::new(cases.iter().map(case)).boxed()
        }
        Shape::Enum(names) => prop::sample::select(names.clone()).prop_map(Val::Enum).boxed(),
        Shape::Option(some) => {
            proptest::option::of(value(some)).prop_map(|some| Val::Option(some.map(Box::new))).boxed()
        }
        Shape::Result(ok, err) => prop_oneof![
            payload(ok.as_deref()).prop_map(|ok| Val::Result(Ok(ok))),
            payload(err.as_deref()).prop_map(|err| Val::Result(Err(err))),
        ]
        .boxed(),
        Shape::Flags(names) => prop::sample::subsequence(names.clone(), 0..=names.len()).prop_map(Val::Flags).boxed(),
    }
}

fn payload(shape: Option<&Shape>) -> BoxedStrategy<Option<Box<Val>>> {
    match shape {
        None => Just(None).boxed(),
        Some(shape) => value(shape).prop_map(|value| Some(Box::new(value))).boxed(),
    }
}

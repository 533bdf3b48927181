//! The JSON of each type, spelled out.
use serde_json::Value;
use toolward::typed::{Integer, Shape, read, write};
use wasmtime::component::Val;

fn text(shape: &Shape, value: &Val) -> String {
    String::from_utf8(write(shape, value, usize::MAX).unwrap()).unwrap()
}

/// This value is this text, and the other way round.
fn is(shape: &Shape, value: &Val, json: &str) {
    assert_eq!(text(shape, value), json);
    means(shape, json, value);
}

/// This text means this value.
fn means(shape: &Shape, json: &str, value: &Val) {
    let parsed: Value = serde_json::from_str(json).unwrap();
    assert_eq!(read(shape, &parsed).as_ref(), Ok(value), "{json}");
}

fn some(value: Val) -> Option<Box<Val>> {
    Some(Box::new(value))
}

#[test]
fn whole_numbers() {
    is(&Shape::Integer(Integer::U8), &Val::U8(255), "255");
    is(&Shape::Integer(Integer::S8), &Val::S8(-128), "-128");
    is(&Shape::Integer(Integer::U16), &Val::U16(0), "0");
    is(&Shape::Integer(Integer::S32), &Val::S32(i32::MIN), "-2147483648");
    is(&Shape::Integer(Integer::U32), &Val::U32(u32::MAX), "4294967295");
}

/// Beyond ±(2^53-1) a number comes as its digits, since not every reader of JSON would keep it. Either way is taken.
#[test]
fn wide_whole_numbers() {
    let (u64s, s64s) = (Shape::Integer(Integer::U64), Shape::Integer(Integer::S64));
    is(&u64s, &Val::U64(9_007_199_254_740_991), "9007199254740991");
    is(&u64s, &Val::U64(9_007_199_254_740_992), "\"9007199254740992\"");
    is(&u64s, &Val::U64(u64::MAX), "\"18446744073709551615\"");
    is(&s64s, &Val::S64(-9_007_199_254_740_991), "-9007199254740991");
    is(&s64s, &Val::S64(i64::MIN), "\"-9223372036854775808\"");
    means(&u64s, "18446744073709551615", &Val::U64(u64::MAX));
    means(&u64s, "\"7\"", &Val::U64(7));
    means(&s64s, "-9223372036854775808", &Val::S64(i64::MIN));
}

#[test]
fn floats() {
    is(&Shape::F64, &Val::Float64(0.1), "0.1");
    is(&Shape::F64, &Val::Float64(-0.0), "-0.0");
    is(&Shape::F64, &Val::Float64(1e300), "1e300");
    is(&Shape::F64, &Val::Float64(5e-324), "5e-324");
    is(&Shape::F32, &Val::Float32(0.1), "0.1");
    is(&Shape::F32, &Val::Float32(16_777_216.0), "16777216.0");
    is(&Shape::F32, &Val::Float32(f32::MAX), "3.4028235e38");
    for (value, json) in [(f64::NAN, "\"nan\""), (f64::INFINITY, "\"inf\""), (f64::NEG_INFINITY, "\"-inf\"")] {
        is(&Shape::F64, &Val::Float64(value), json);
    }
    means(&Shape::F64, "3", &Val::Float64(3.0));
    means(&Shape::F32, "1.00000005960464477540", &Val::Float32(1.000_000_1));
}

#[test]
fn text_and_bytes() {
    is(&Shape::Text, &Val::String("é\n\"\u{0}".into()), r#""é\n\"\u0000""#);
    is(&Shape::Char, &Val::Char('🦀'), "\"🦀\"");
    let bytes = |bytes: &[u8]| Val::List(bytes.iter().copied().map(Val::U8).collect());
    is(&Shape::Bytes, &bytes(b""), "\"\"");
    is(&Shape::Bytes, &bytes(b"\xff\xfe"), "\"//4=\"");
}

/// Names as in WIT, in WIT's order.
#[test]
fn records() {
    let option = Shape::Option(Box::new(Shape::Bool));
    let shape = Shape::Record(vec![("light-green".into(), Shape::Bool), ("b".into(), option)]);
    let value = |b| Val::Record(vec![("light-green".into(), Val::Bool(true)), ("b".into(), Val::Option(b))]);
    is(&shape, &value(some(Val::Bool(false))), r#"{"light-green":true,"b":false}"#);
    is(&shape, &value(None), r#"{"light-green":true,"b":null}"#);
    means(&shape, r#"{"light-green": true}"#, &value(None));
}

#[test]
fn variants_enums_and_flags() {
    let shape = Shape::Variant(vec![("none".into(), None), ("circle".into(), Some(Shape::F64))]);
    is(&shape, &Val::Variant("none".into(), None), "\"none\"");
    is(&shape, &Val::Variant("circle".into(), some(Val::Float64(1.5))), r#"{"circle":1.5}"#);
    let names = || vec!["red".to_owned(), "light-green".to_owned()];
    is(&Shape::Enum(names()), &Val::Enum("light-green".into()), "\"light-green\"");
    is(&Shape::Flags(names()), &Val::Flags(vec![]), "[]");
    is(&Shape::Flags(names()), &Val::Flags(names()), r#"["red","light-green"]"#);
}

/// `null` is none; a none within a some stands in `{"some": …}`.
#[test]
fn options() {
    let bool = || Box::new(Shape::Bool);
    is(&Shape::Option(bool()), &Val::Option(None), "null");
    is(&Shape::Option(bool()), &Val::Option(some(Val::Bool(true))), "true");
    let nested = Shape::Option(Box::new(Shape::Option(bool())));
    is(&nested, &Val::Option(None), "null");
    is(&nested, &Val::Option(some(Val::Option(None))), r#"{"some":null}"#);
    is(&nested, &Val::Option(some(Val::Option(some(Val::Bool(true))))), r#"{"some":true}"#);
}

#[test]
fn results_within_values() {
    let shape = Shape::Result(Some(Box::new(Shape::Bool)), None);
    is(&shape, &Val::Result(Ok(some(Val::Bool(true)))), r#"{"ok":true}"#);
    is(&shape, &Val::Result(Err(None)), r#"{"err":null}"#);
}

#[test]
fn lists_tuples_and_maps() {
    let byte = || Shape::Integer(Integer::U16);
    is(&Shape::List(Box::new(byte())), &Val::List(vec![Val::U16(1), Val::U16(2)]), "[1,2]");
    let tuple = Shape::Tuple(vec![Shape::Bool, Shape::Text]);
    is(&tuple, &Val::Tuple(vec![Val::Bool(true), Val::String("x".into())]), r#"[true,"x"]"#);
    is(&Shape::Tuple(vec![]), &Val::Tuple(vec![]), "[]");
    let entry = |key: &str, value| (Val::String(key.into()), Val::U16(value));
    is(&Shape::Object(Box::new(byte())), &Val::Map(vec![entry("", 2), entry("a", 1)]), r#"{"":2,"a":1}"#);
    let pairs = Shape::Pairs(Box::new(Shape::Integer(Integer::U64)), Box::new(Shape::Bool));
    let value = Val::Map(vec![(Val::U64(7), Val::Bool(true)), (Val::U64(u64::MAX), Val::Bool(false))]);
    is(&pairs, &value, r#"[[7,true],["18446744073709551615",false]]"#);
}

/// A guest's map with a key twice means the last of them, and JSON has no key twice.
#[test]
fn a_key_that_a_guest_gives_twice() {
    let entry = |key: &str, value| (Val::String(key.into()), Val::Bool(value));
    let value = Val::Map(vec![entry("a", true), entry("b", true), entry("a", false)]);
    assert_eq!(text(&Shape::Object(Box::new(Shape::Bool)), &value), r#"{"b":true,"a":false}"#);
}

//! What does not fit is refused, and the error names the place.
use toolward::typed::{Integer, Shape, Unwritten, read, write};
use wasmtime::component::Val;

/// This JSON does not fit, at this place, for a reason that contains this.
fn refused(shape: &Shape, json: &str, field: &str, why: &str) {
    let misfit = read(shape, &serde_json::from_str(json).unwrap()).expect_err(json);
    assert_eq!(misfit.field, field, "{json}: {misfit}");
    assert!(misfit.why.contains(why), "{json}: {misfit}");
    assert!(!misfit.to_string().ends_with('.'), "{misfit}");
}

/// A number has one spelling: its plain digits.
#[test]
fn whole_numbers() {
    for json in ["256", "-1", "1.0", "1e2", "-0", "1e400", "99999999999999999999999999"] {
        refused(&Shape::Integer(Integer::U8), json, "", "is no whole number from 0 to 255");
    }
    for json in ["\"1\"", "true", "null", "[1]"] {
        refused(&Shape::Integer(Integer::S32), json, "", "not a number");
    }
    for json in ["\"18446744073709551616\"", "\"01\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"\"", "\"0x1\"", "\"١\""] {
        refused(&Shape::Integer(Integer::U64), json, "", "is no whole number");
    }
    refused(&Shape::Integer(Integer::S64), "\"-0\"", "", "is no whole number");
    refused(&Shape::Integer(Integer::S64), "9223372036854775808", "", "9223372036854775807");
}

/// Nothing becomes infinite by accident.
#[test]
fn floats() {
    refused(&Shape::F64, "1e400", "", "is beyond what 64 bits hold");
    refused(&Shape::F32, "3.5e38", "", "is beyond what 32 bits hold");
    for json in ["\"NaN\"", "\"1\"", "\"Infinity\""] {
        refused(&Shape::F64, json, "", "\"nan\", \"inf\" or \"-inf\"");
    }
}

#[test]
fn text_and_bytes() {
    refused(&Shape::Char, "\"\"", "", "exactly one character");
    refused(&Shape::Char, "\"ab\"", "", "exactly one character");
    refused(&Shape::Char, "\"e\u{301}\"", "", "exactly one character");
    // No padding, bits that stand for nothing, another alphabet, white space.
    for json in ["\"AA\"", "\"AB==\"", "\"__8=\"", "\"AA==\\n\"", "\"=\"", "\"é\""] {
        refused(&Shape::Bytes, json, "", "it is no base64");
    }
    refused(&Shape::Bytes, "[1,2]", "", "an array, not bytes in base64");
}

#[test]
fn places_within_places() {
    let record =
        Shape::Record(vec![("name".into(), Shape::Text), ("a/b~c".into(), Shape::Option(Box::new(Shape::Bool)))]);
    let shape = Shape::Record(vec![("options".into(), Shape::List(Box::new(record)))]);
    refused(&shape, r#"{"options":[{"name":"x"},{"name":"y"},{"name":1}]}"#, "/options/2/name", "it is a number");
    refused(&shape, r#"{"options":[{}]}"#, "/options/0/name", "it is missing");
    refused(
        &shape,
        r#"{"options":[{"name":"x","nam":1}]}"#,
        "/options/0/nam",
        "there is no such field: it takes `name`",
    );
    refused(&shape, r#"{"options":[{"name":"x","a/b~c":1}]}"#, "/options/0/a~1b~0c", "not true or false");
    refused(&shape, r#"{"options":null}"#, "/options", "it is null, not an array");
    refused(&shape, "[]", "", "it is an array, not an object");
}

#[test]
fn variants_enums_and_flags() {
    let shape = Shape::Variant(vec![("none".into(), None), ("circle".into(), Some(Shape::F64))]);
    refused(&shape, "\"square\"", "", "`square` is none of `none`, `circle`");
    refused(&shape, "\"circle\"", "", "the case `circle` has a value: {\"circle\": …}");
    refused(&shape, r#"{"none":null}"#, "", "the case `none` has no value: it is \"none\"");
    refused(&shape, r#"{"circle":"x"}"#, "/circle", "\"nan\"");
    refused(&shape, r#"{"circle":1,"none":1}"#, "", "a case as its only field");
    refused(&shape, "{}", "", "a case as its only field");
    refused(&Shape::Enum(vec!["a".into()]), "\"A\"", "", "`A` is none of `a`");
    refused(&Shape::Flags(vec!["a".into(), "b".into()]), r#"["a","b","a"]"#, "/2", "`a` stands twice");
    refused(&Shape::Flags(vec!["a".into()]), r#"["c"]"#, "/0", "`c` is none of `a`");
}

#[test]
fn options_and_results() {
    let nested = Shape::Option(Box::new(Shape::Option(Box::new(Shape::Bool))));
    refused(&nested, "true", "", "not null or an object with `some` alone");
    refused(&nested, r#"{"some":1}"#, "/some", "not true or false");
    refused(&nested, r#"{"none":null}"#, "", "`none` is not `some`");
    let result = Shape::Result(None, Some(Box::new(Shape::Text)));
    refused(&result, r#"{"ok":1}"#, "/ok", "it has no value");
    refused(&result, r#"{"err":1}"#, "/err", "not a string");
    refused(&result, r#"{"fine":1}"#, "", "`fine` is neither `ok` nor `err`");
}

#[test]
fn tuples_and_maps() {
    refused(&Shape::Tuple(vec![Shape::Bool]), "[]", "", "it has 0 items, not 1");
    refused(&Shape::Tuple(vec![Shape::Bool]), "[true,1]", "", "it has 2 items, not 1");
    refused(&Shape::Object(Box::new(Shape::Bool)), r#"{"x":1}"#, "/x", "not true or false");
    let pairs = Shape::Pairs(Box::new(Shape::Integer(Integer::U64)), Box::new(Shape::Bool));
    refused(&pairs, "[[1]]", "/0", "no pair");
    refused(&pairs, r#"[[1,true],["1",true]]"#, "/1", "its key stands twice");
    refused(&pairs, "[[1,2]]", "/0/1", "not true or false");
}

/// Long text of others is cut in an error.
#[test]
fn errors_are_short() {
    let long = "x".repeat(100_000);
    let names: Vec<String> = (0..1000).map(|n| format!("{long}{n}")).collect();
    let misfit = read(&Shape::Enum(names), &long.into()).unwrap_err();
    assert!(misfit.to_string().len() < 2_000, "{}", misfit.to_string().len());
}

/// What is written is never longer than it may be.
#[test]
fn a_limit_on_what_is_written() {
    let value = Val::String("äöü\n".repeat(1000));
    let whole = write(&Shape::Text, &value, usize::MAX).unwrap();
    assert_eq!(write(&Shape::Text, &value, whole.len()).as_ref(), Ok(&whole));
    for limit in [0, 1, 10, whole.len() - 1] {
        assert_eq!(write(&Shape::Text, &value, limit), Err(Unwritten::TooLong));
    }
    let bytes = Val::List(vec![Val::U8(0); 300]);
    assert_eq!(write(&Shape::Bytes, &bytes, 402).unwrap().len(), 402);
    assert_eq!(write(&Shape::Bytes, &bytes, 401), Err(Unwritten::TooLong));
}

#[test]
fn a_value_of_another_type() {
    assert_eq!(write(&Shape::Bool, &Val::U8(1), usize::MAX), Err(Unwritten::Misshapen));
}

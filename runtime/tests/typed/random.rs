//! Random values of random types: nothing is lost, the schema holds, and whatever is given is read or refused.
use proptest::prelude::*;
use serde_json::Value;
use toolward::typed::{Shape, read, schema, write};
use wasmtime::component::Val;

use super::strategies::{shapes, values};

fn json(shape: &Shape, value: &Val) -> Value {
    let text = write(shape, value, usize::MAX).unwrap();
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text)))
}

/// Any JSON, with much that looks like what shapes have.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof!["[a-z]{0,2}", Just("some".to_owned()), Just("ok".to_owned()), Just("err".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?".prop_map(|n| serde_json::from_str(&n).unwrap()),
        any::<String>().prop_map(Value::from),
        "[0-9A-Za-z+/]{0,8}={0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Written and read, a value is the same.
    #[test]
    fn a_value_comes_back((shape, value) in values()) {
        prop_assert_eq!(read(&shape, &json(&shape, &value)), Ok(value));
    }

    /// What is written fits the schema that callers are shown.
    #[test]
    fn a_value_fits_its_schema((shape, value) in values()) {
        let (schema, json) = (schema(&shape), json(&shape, &value));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        prop_assert!(errors.is_empty(), "{} {} {:?}", schema, json, errors);
    }

    /// The schema itself is one.
    #[test]
    fn a_schema_is_one(shape in shapes()) {
        prop_assert!(jsonschema::draft202012::meta::is_valid(&schema(&shape)));
    }

    /// Whatever is given is read or refused; what is read is written as something that reads the same, and fits the schema.
    #[test]
    fn any_json_is_read_or_refused(shape in shapes(), json in any_json()) {
        let Ok(value) = read(&shape, &json) else { return Ok(()) };
        let validator = jsonschema::draft202012::new(&schema(&shape)).unwrap();
        prop_assert!(validator.is_valid(&json), "{} {}", schema(&shape), json);
        let again = serde_json::from_slice(&write(&shape, &value, usize::MAX).unwrap()).unwrap();
        prop_assert_eq!(read(&shape, &again), Ok(value));
    }
}

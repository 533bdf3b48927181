//! `{{name}}`, natively, on files of its own.

use std::fs;
use std::path::Path;

use tool::{Input, Output, run};

#[test]
fn a_file_is_counted() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("poem.txt");
    fs::write(&path, "one two\nthree").unwrap();
    let input = Input { path: path.to_string_lossy().into_owned() };
    assert_eq!(run(&input), Ok(Output { lines: 2, words: 3, bytes: 13 }));
}

#[test]
fn a_missing_file_is_one_clear_line() {
    let error = run(&Input { path: "/no/such/file".to_owned() }).unwrap_err();
    assert!(error.starts_with("cannot read `/no/such/file`: "), "{error}");
}

#[test]
fn the_examples_of_the_schema_are_inputs() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../{{name}}.input.json")).unwrap();
    let examples = schema["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    for example in examples {
        serde_json::from_value::<Input>(example.clone()).unwrap();
    }
}

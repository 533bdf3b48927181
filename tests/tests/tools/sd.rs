//! `sd`, unchanged: it changes the text that comes with the call, and touches nothing.
use serde_json::{Value, json};

use super::fixture::{contents, output, with};

#[test]
fn it_replaces() {
    let (installation, task) = with("sd");
    let before = contents(&installation.path("repo"));
    let changed = |input: Value| output(&task, "sd", &input);
    assert_eq!(changed(json!({"text": "a1 b2\n", "find": "([a-z])(\\d)", "replace": "$2$1"})), "1a 2b\n");
    assert_eq!(changed(json!({"text": "a.b.c", "find": ".", "replace": "-", "literal": true})), "a-b-c");
    assert_eq!(
        changed(json!({"text": "a.b.c", "find": ".", "replace": "-", "literal": true, "max_replacements": 1})),
        "a-b.c"
    );
    assert_eq!(changed(json!({"text": "A a", "find": "a", "replace": "x", "flags": "i"})), "x x");
    assert_eq!(changed(json!({"text": "/repo/README.md", "find": "x", "replace": "y"})), "/repo/README.md");
    assert_eq!(contents(&installation.path("repo")), before);
}

/// It asks the host for no file.
#[test]
fn it_touches_nothing() {
    let (_, task) = with("sd");
    let answer = task.call("sd", &json!({"text": "a", "find": "a", "replace": "b"})).answers("ok");
    let records = task.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).json();
    assert_eq!(records.as_array().unwrap().len(), 1, "the call alone: {records}");
}

#[test]
fn its_failures() {
    let (_, task) = with("sd");
    let answer = task.call("sd", &json!({"text": "a", "find": "(", "replace": "b"})).answers("failed");
    assert!(!answer["stderr"].as_str().unwrap().is_empty(), "{answer}");
    task.call("sd", &json!({"text": "a", "find": "a", "replace": "b", "flags": "x y"})).fails(2, "`/flags`");
}

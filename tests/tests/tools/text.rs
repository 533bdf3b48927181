//! `text`: a typed component, each function a tool of its own.
use serde_json::{Value, json};
use toolward_tests::OpenTask;

use super::fixture::{output, with};

fn call(task: &OpenTask, function: &str, input: Value) -> Value {
    output(task, &format!("text.{function}"), &input)
}

#[test]
fn diff() {
    let (_, task) = with("text");
    let difference = call(&task, "diff", json!({"old": "a\nb\n", "new": "a\nc\n", "context": 0, "name": "n.txt"}));
    let expected = json!({"unified": "--- a/n.txt\n+++ b/n.txt\n@@ -2 +2 @@\n-b\n+c\n", "added": 1, "removed": 1});
    assert_eq!(difference, expected);
}

/// Text and bytes hash alike where they are the same bytes.
#[test]
fn hash() {
    let (_, task) = with("text");
    let of = |content: Value| call(&task, "hash", json!({"of": content, "algorithm": "sha256"}));
    let abc = json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(of(json!({"text": "abc"})), abc);
    assert_eq!(of(json!({"bytes": "YWJj"})), abc);
}

/// What is text comes back as text, anything else as bytes.
#[test]
fn encode_and_decode() {
    let (_, task) = with("text");
    assert_eq!(call(&task, "encode", json!({"what": {"text": "a ñ"}, "encoding": "percent"})), "a%20%C3%B1");
    assert_eq!(call(&task, "encode", json!({"what": {"bytes": "/w=="}, "encoding": "base64url"})), "_w");
    assert_eq!(call(&task, "decode", json!({"text": "c3b1", "encoding": "hex"})), json!({"text": "ñ"}));
    assert_eq!(call(&task, "decode", json!({"text": "ff", "encoding": "hex"})), json!({"bytes": "/w=="}));
}

#[test]
fn template() {
    let (_, task) = with("text");
    let of = |values: Value| call(&task, "template", json!({"template": "Dear {{ name }}\n", "values": values}));
    assert_eq!(of(json!({"pairs": [["name", "Ana"]]})), "Dear Ana\n");
    assert_eq!(of(json!({"json": "{\"name\": \"Ana\"}"})), "Dear Ana\n");
}

/// An error of the function is the output of a call that failed.
#[test]
fn its_failures() {
    let (_, task) = with("text");
    for (function, input, error) in [
        ("decode", json!({"text": "xyz", "encoding": "hex"}), "this is no hex: invalid length at 2"),
        ("template", json!({"template": "\n{{ a }}", "values": {"pairs": []}}), "line 2: undefined value"),
        ("template", json!({"template": "{% include 'a' %}", "values": {"pairs": []}}), "line 1: syntax error: "),
    ] {
        let answer = task.call(&format!("text.{function}"), &input).answers("failed");
        assert!(answer["output"].as_str().unwrap().starts_with(error), "{answer}");
    }
}

/// A template that calls itself, nests or goes on for ever ends by itself.
#[test]
fn templates_without_end() {
    let (_, task) = with("text");
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    for template in [
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
        &"{% if true %}".repeat(5000),
        &deep,
    ] {
        let input = json!({"template": template, "values": {"pairs": []}});
        task.call("text.template", &input).answers("failed");
    }
}

//! `query`: jq on JSON, TOML and YAML.
use serde_json::{Value, json};

use super::fixture::{output, with};

/// Each format, by the ending of the file's name.
#[test]
fn json_toml_and_yaml() {
    let (_, task) = with("query");
    let results = |input: Value| output(&task, "query", &input)["results"].clone();
    assert_eq!(results(json!({"path": "/repo/data/config.json", "filter": ".name"})), json!(["site"]));
    assert_eq!(results(json!({"path": "/repo/data/config.toml", "filter": ".server[].port"})), json!([80, 443]));
    assert_eq!(results(json!({"path": "/repo/data/config.yaml", "filter": ".ports | add"})), json!([523]));
    assert_eq!(results(json!({"path": "/repo/data/rows.jsonl", "filter": "map(.a)", "slurp": true})), json!([[1, 2]]));
}

/// Numbers keep every digit on their way through.
#[test]
fn numbers_are_exact() {
    let (_, task) = with("query");
    let said = task.call("query", &json!({"path": "/repo/data/config.json", "filter": ".n"}));
    said.answers("ok");
    said.says("9007199254740993");
}

#[test]
fn its_options() {
    let (_, task) = with("query");
    let asked = |input: Value| output(&task, "query", &input);
    let by_data = asked(json!({"data": {"a": [1, 2, 3]}, "filter": ".a[] | select(. > $n)", "variables": {"n": 1}}));
    assert_eq!(by_data["results"], json!([2, 3]));
    assert_eq!(asked(json!({"filter": "1, 2", "output": "compact"}))["text"], "1\n2");
    assert_eq!(asked(json!({"filter": "\"a\\tb\"", "output": "raw"}))["text"], "a\tb");
    let cut = asked(json!({"filter": "range(10)", "max_results": 3}));
    assert_eq!((&cut["count"], &cut["truncated"]), (&json!(3), &json!(true)));
    let named = asked(json!({"path": "/repo/notes.txt", "format": "yaml", "filter": "."}));
    assert_eq!(named["results"], json!(["todo TODO"]));
}

/// A filter that never ends is ended by the limit on time, and one that takes memory by that on memory.
#[test]
fn filters_without_end() {
    let manifest = toolward_tests::installation::shipped_manifest("query");
    let manifest = manifest.replace("time = \"10s\"", "time = \"400ms\"");
    let task = super::fixture::repository().shipped_with("query", &manifest).open("edit");
    task.call("query", &json!({"filter": "last(repeat(1))"})).answers("limit");
}

#[test]
fn its_failures() {
    let (_, task) = with("query");
    for input in [
        json!({"filter": ".["}),
        json!({"filter": "nonsense"}),
        json!({"filter": "error(\"x\")"}),
        json!({"path": "/repo/notes.txt", "filter": "."}),
        json!({"path": "/repo/src/lib.rs", "format": "json", "filter": "."}),
        json!({"path": "/repo/data/config.json", "data": 1, "filter": "."}),
    ] {
        let answer = task.call("query", &input).answers("failed");
        assert!(answer["stderr"].as_str().unwrap().starts_with("error: "), "{answer}");
    }
    task.call("query", &json!({"path": "/repo/.env", "format": "json", "filter": "."})).answers("denied");
}

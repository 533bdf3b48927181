//! `search`: a regular expression in a tree of files.
use serde_json::{Value, json};
use toolward_tests::installation::shipped_manifest;

use super::fixture::{output, with};

fn places(output: &Value) -> Vec<String> {
    let place = |found: &Value| format!("{}:{}:{}", found["path"].as_str().unwrap(), found["line"], found["column"]);
    output["matches"].as_array().unwrap().iter().map(place).collect()
}

/// Path, line, column and text of each match; what `.gitignore` names is left out.
#[test]
fn it_finds() {
    let (_, task) = with("search");
    let found = output(&task, "search", &json!({"pattern": "TODO"}));
    assert_eq!(places(&found), ["/repo/notes.txt:2:1", "/repo/src/lib.rs:2:4", "/repo/src/lib.rs:4:4"]);
    assert_eq!(found["matches"][1]["text"], "// TODO: one");
    assert_eq!((&found["files_matched"], &found["truncated"]), (&json!(2), &json!(false)));
}

#[test]
fn its_options() {
    let (_, task) = with("search");
    let at = |input: Value| places(&output(&task, "search", &input));
    assert_eq!(at(json!({"pattern": "TODO", "gitignore": false})).len(), 4);
    assert_eq!(at(json!({"pattern": "todo", "case": "insensitive", "root": "/repo/notes.txt"})).len(), 2);
    assert_eq!(at(json!({"pattern": "todo", "case": "smart"})).len(), 4);
    assert_eq!(at(json!({"pattern": "TODO", "globs": ["*.rs"]})).len(), 2);
    assert_eq!(at(json!({"pattern": "TODO", "globs": ["!*.rs"]})).len(), 1);
    assert_eq!(at(json!({"pattern": "one() {", "literal": true})), ["/repo/src/lib.rs:3:8"]);
    assert_eq!(at(json!({"pattern": "on", "word": true})), Vec::<String>::new());
    assert_eq!(at(json!({"pattern": "TODO", "root": "/repo/src", "max_results": 1})).len(), 1);
    let cut = output(&task, "search", &json!({"pattern": "TODO", "root": "/repo/src", "max_results": 1}));
    assert_eq!((&cut["truncated"], &cut["truncated_by"]), (&json!(true), &json!("max_results")));
    let found = output(&task, "search", &json!({"pattern": "one\\(\\)", "context": 1}));
    let found = &found["matches"][0];
    assert_eq!((&found["before"], &found["after"]), (&json!(["// TODO: one"]), &json!(["// TODO: two"])));
}

/// A denied file is passed over, counted, and named in the call's `denied`.
#[test]
fn a_denied_file_is_passed_over() {
    let (_, task) = with("search");
    let answer = task.call("search", &json!({"pattern": "marker", "hidden": true})).answers("ok");
    assert_eq!(
        (&answer["output"]["matches"], &answer["output"]["skipped"]["unreadable"]["count"]),
        (&json!([]), &json!(1))
    );
    assert_eq!(answer["denied"][0]["access"], "files read /repo/.env");
}

/// It answers with what it has before the host would end it.
#[test]
fn it_stops_before_its_time() {
    for name in ["search", "list"] {
        let text = shipped_manifest(name);
        let seconds = |before: &str| {
            let (number, _) = text.split_once(before).unwrap().1.split_once("s\"").unwrap();
            number.parse::<u64>().unwrap()
        };
        assert!(seconds("--stop-after=") < seconds("\ntime = \""), "{name}");
    }
}

#[test]
fn its_failures() {
    let (_, task) = with("search");
    let answer = task.call("search", &json!({"pattern": "("})).answers("failed");
    assert!(answer["stderr"].as_str().unwrap().starts_with("error: `(` is not a regular expression"), "{answer}");
    task.call("search", &json!({"pattern": "x", "root": "/repo/missing"})).answers("failed");
    task.call("search", &json!({"pattern": "x", "root": "/etc"})).answers("failed");
}

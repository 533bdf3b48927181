//! `list`: a tree of files with their sizes.
use serde_json::{Value, json};

use super::fixture::{output, with};

fn paths(output: &Value) -> Vec<&str> {
    output["entries"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect()
}

#[test]
fn a_tree() {
    let (_, task) = with("list");
    let listed = output(&task, "list", &json!({}));
    let expected = [
        "README.md",
        "built",
        "built/out.txt",
        "data",
        "data/config.json",
        "data/config.toml",
        "data/config.yaml",
        "data/rows.jsonl",
        "notes.txt",
        "src",
        "src/lib.rs",
        "src/main.rs",
    ];
    assert_eq!(paths(&listed), expected);
    assert_eq!(listed["entries"][0], json!({"path": "README.md", "kind": "file", "size": 15}));
    assert_eq!((&listed["totals"]["files"], &listed["totals"]["directories"]), (&json!(9), &json!(3)));
}

#[test]
fn its_options() {
    let (_, task) = with("list");
    let listed = |input: Value| output(&task, "list", &input);
    assert_eq!(paths(&listed(json!({"depth": 1}))), ["README.md", "built", "data", "notes.txt", "src"]);
    assert_eq!(paths(&listed(json!({"root": "/repo/src", "sort": "size"}))), ["lib.rs", "main.rs"]);
    assert_eq!(paths(&listed(json!({"globs": ["*.rs"]}))), ["src", "src/lib.rs", "src/main.rs"]);
    assert!(paths(&listed(json!({"hidden": true}))).contains(&".env"), "its name may be seen, its content not");
    let cut = listed(json!({"max_entries": 2}));
    assert_eq!((paths(&cut).len(), &cut["truncated"], &cut["totals"]["files"]), (2, &json!(true), &json!(9)));
    assert_eq!(cut["truncated_by"], "max_entries");
}

/// It never reads what is in a file.
#[test]
fn it_reads_nothing() {
    let (_, task) = with("list");
    let answer = task.call("list", &json!({"hidden": true})).answers("ok");
    assert_eq!(answer["denied"], json!([]));
    let records = task.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).json();
    let read = records.as_array().unwrap().iter().find(|record| record["op"] == "read");
    assert_eq!(read, None);
}

/// An entry whose `list` is denied is not there.
#[test]
fn a_denied_entry_is_not_there() {
    let (installation, _) = with("list");
    let rule = "\n[[types.edit.files]]\npath = \"/repo/data/**\"\ndeny = [\"list\"]\n";
    let task = installation.policy_too(rule).open("edit");
    let listed = output(&task, "list", &json!({}));
    assert!(!paths(&listed).iter().any(|path| path.starts_with("data")), "{listed}");
    assert_eq!(listed["totals"]["directories"], 2);
}

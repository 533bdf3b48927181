//! `rg`: ripgrep, unchanged, a tool by its manifest alone.
use serde_json::{Value, json};

use super::fixture::{output, with};

/// The paths of the files with a match.
fn files(output: &Value) -> Vec<&str> {
    let lines = output.as_array().unwrap().iter().filter(|line| line["type"] == "begin");
    let mut files: Vec<&str> = lines.map(|line| line["data"]["path"]["text"].as_str().unwrap()).collect();
    files.sort_unstable();
    files
}

/// It answers with ripgrep's own JSON lines, and leaves out what `.gitignore` names.
#[test]
fn it_finds() {
    let (_, task) = with("rg");
    let found = output(&task, "rg", &json!({"pattern": "TODO"}));
    assert_eq!(files(&found), ["/repo/notes.txt", "/repo/src/lib.rs"]);
    assert_eq!(found.as_array().unwrap().last().unwrap()["type"], "summary");
}

#[test]
fn its_options() {
    let (_, task) = with("rg");
    let found = |input: Value| files(&output(&task, "rg", &input)).len();
    assert_eq!(found(json!({"pattern": "TODO", "globs": ["*.rs", "*.txt"]})), 2);
    assert_eq!(found(json!({"pattern": "TODO", "globs": ["!*.rs"]})), 1);
    assert_eq!(found(json!({"pattern": "TODO", "no_ignore": true})), 3);
    assert_eq!(found(json!({"pattern": "todo: ONE", "ignore_case": true})), 1);
    assert_eq!(found(json!({"pattern": "one() {", "literal": true})), 1);
    assert_eq!(found(json!({"pattern": "TODO", "path": "/repo/src"})), 1);
    assert_eq!(found(json!({"pattern": "TODO", "max_depth": 1})), 1);
    assert_eq!(found(json!({"pattern": "one.*\\n.*fn one", "multiline": true})), 1);
}

/// A relative path begins at the first mount, and an absolute one is what it says: each file has one name.
#[test]
fn a_path_has_one_name() {
    let (_, task) = with("rg");
    for path in ["src", "./src", "src/lib.rs"] {
        let found = output(&task, "rg", &json!({"pattern": "TODO", "path": path}));
        assert_eq!(files(&found), ["/repo/src/lib.rs"], "{path}");
    }
    assert_eq!(files(&output(&task, "rg", &json!({"pattern": "TODO", "path": "."}))).len(), 2);
    for path in ["/src", "//src", "/./src", "repo/src"] {
        let answer = task.call("rg", &json!({"pattern": "TODO", "path": path}));
        assert!(!answer.0.stdout.contains("lib.rs"), "{path}: {answer}");
    }
}

/// Finding nothing is no failure; not being able to search is one.
#[test]
fn finding_nothing_is_no_failure() {
    let (_, task) = with("rg");
    assert_eq!(files(&output(&task, "rg", &json!({"pattern": "nowhere to be found"}))), Vec::<&str>::new());
    let answer = task.call("rg", &json!({"pattern": "("})).answers("failed");
    assert!(answer["stderr"].as_str().unwrap().contains("regex parse error"), "{answer}");
}

/// A denied file is passed over, and named in the call's `denied`.
#[test]
fn a_denied_file_is_passed_over() {
    let (_, task) = with("rg");
    let answer = task.call("rg", &json!({"pattern": "marker", "hidden": true})).answers("ok");
    assert_eq!(files(&answer["output"]), Vec::<&str>::new());
    assert_eq!(answer["denied"][0]["access"], "files read /repo/.env");
}

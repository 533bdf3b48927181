//! What a listing shows, and in which order.

use guest::Op;
use guest::testing::{World, schema_is_in_step};
use serde_json::{Value, json};

use crate::{Input, Kind, Output, Totals, run};

fn list(world: &World, input: Value) -> Result<Output, String> {
    let input: Input = serde_json::from_value(input).map_err(|e| e.to_string())?;
    run(&world.root(), input).map_err(|e| e.to_string())
}

/// Each entry as `path` or `path size`, a directory with a slash.
fn lines(world: &World, input: Value) -> Vec<String> {
    let line = |entry: crate::Entry| {
        let slash = if entry.kind == Kind::Directory { "/" } else { "" };
        let size = entry.size.map(|size| format!(" {size}")).unwrap_or_default();
        format!("{}{slash}{size}", entry.path)
    };
    list(world, input).unwrap().entries.into_iter().map(line).collect()
}

fn tree() -> World {
    World::with(&[
        ("/repo/.env", "1234"),
        ("/repo/a.md", "12"),
        ("/repo/src/deep/x/y.rs", "1"),
        ("/repo/src/lib.rs", "123"),
        ("/repo/target/big.o", "1234567890"),
    ])
}

#[test]
fn a_tree_comes_in_order_with_sizes() {
    let expected = ["a.md 2", "src/ 3", "src/deep/ 0", "src/deep/x/", "src/lib.rs 3", "target/ 10", "target/big.o 10"];
    assert_eq!(lines(&tree(), json!({ "root": "/repo" })), expected);
    assert_eq!(lines(&tree(), json!({ "root": "/repo", "depth": 1 })), ["a.md 2", "src/", "target/"]);
}

#[test]
fn totals_count_all_that_was_seen() {
    let output = list(&tree(), json!({ "root": "/repo", "depth": 9, "hidden": true, "max_entries": 2 })).unwrap();
    assert_eq!(output.totals, Totals { files: 5, directories: 4, bytes: 20, unreadable: 0 });
    assert_eq!((output.entries.len(), output.truncated), (2, true));
}

#[test]
fn the_largest_can_come_first() {
    let expected = ["target/ 10", "target/big.o 10", "src/ 3", "src/lib.rs 3", "src/deep/", "a.md 2"];
    assert_eq!(lines(&tree(), json!({ "root": "/repo", "depth": 2, "sort": "size" })), expected);
}

#[test]
fn globs_choose_files_and_leave_out_directories() {
    let find = |globs: Value| lines(&tree(), json!({ "root": "/repo", "depth": 9, "globs": globs }));
    let rust = ["src/ 4", "src/deep/ 1", "src/deep/x/ 1", "src/deep/x/y.rs 1", "src/lib.rs 3"];
    assert_eq!(find(json!(["*.rs"])), rust);
    assert_eq!(find(json!(["!target/", "!deep"])), ["a.md 2", "src/ 3", "src/lib.rs 3"]);
    assert_eq!(find(json!(["/src/*.rs"])), ["src/ 3", "src/lib.rs 3"]);
}

#[test]
fn hidden_files_are_listed_when_asked_for() {
    assert!(lines(&tree(), json!({ "root": "/repo", "hidden": true })).contains(&".env 4".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_symlink_is_named_and_not_followed() {
    let world = tree();
    std::os::unix::fs::symlink("src", world.real("/repo/link")).unwrap();
    assert!(lines(&world, json!({ "root": "/repo", "depth": 9 })).contains(&"link".to_owned()));
}

#[test]
fn what_the_scope_refuses_is_counted_and_the_rest_is_listed() {
    let world = tree().refusing(Op::List, "/repo/src/deep");
    let output = list(&world, json!({ "root": "/repo", "depth": 9 })).unwrap();
    assert_eq!(output.totals, Totals { files: 3, directories: 2, bytes: 15, unreadable: 1 });
}

#[test]
fn what_cannot_be_listed_is_one_clear_line() {
    let error = |input: Value| list(&tree(), input).unwrap_err();
    assert_eq!(error(json!({ "root": "/none" })), "cannot list `/none`: there is no such file or directory");
    assert_eq!(error(json!({ "root": "/repo/a.md" })), "cannot list `/repo/a.md`: it is not a directory");
    assert_eq!(error(json!({ "root": "/repo", "globs": ["{"] })), "`{` is not a glob");
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("list");
}

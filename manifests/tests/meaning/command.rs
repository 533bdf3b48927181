//! How an input becomes arguments, and what an end means.
use serde_json::json;
use toolward_manifests::command::{Output, Stdin};
use toolward_manifests::{Command, Manifest};

use crate::world::{MANIFEST, source};

fn command(table: &str) -> Command {
    let text = format!("{MANIFEST}[command]\n{table}");
    Manifest::parse(&source("manifest.toml", text)).unwrap().command().clone()
}

fn grep() -> Command {
    command(
        r#"args = ["-n", { flag = "-i", field = "ignore_case" }, { option = "--glob", field = "globs" }, "--", { field = "pattern" }, { field = "path", default = "." }]"#,
    )
}

#[test]
fn without_a_mapping_the_input_stands_on_stdin() {
    let command = Manifest::parse(&source("m", MANIFEST.to_owned())).unwrap().command().clone();
    assert_eq!((command.stdin(), command.output()), (&Stdin::Input, Output::Text));
    assert_eq!(command.args(&json!({ "a": 1 }), None), Ok(vec![]));
    assert!(!command.maps_input());
}

#[test]
fn a_field_becomes_one_element_each() {
    let input = json!({ "pattern": "a b", "ignore_case": true, "globs": ["*.rs", "*.c"], "path": "src" });
    let args = grep().args(&input, None).unwrap();
    assert_eq!(args, ["-n", "-i", "--glob=*.rs", "--glob=*.c", "--", "a b", "src"]);
    let args = grep().args(&json!({ "pattern": "x", "ignore_case": false }), None).unwrap();
    assert_eq!(args, ["-n", "--", "x", "."]);
}

#[test]
fn a_value_becomes_an_option_only_where_the_manifest_says_so() {
    let refused = grep().args(&json!({ "pattern": "x", "globs": ["-e"] }), None).unwrap_err();
    assert_eq!(refused, "the field `globs` begins with `-`, which the tool would read as an option");
    assert_eq!(grep().args(&json!({ "pattern": "-rf" }), None).unwrap(), ["-n", "--", "-rf", "."]);
    let bare = command(r#"args = [{ field = "pattern" }]"#);
    assert!(bare.args(&json!({ "pattern": "--" }), None).is_err());
    assert!(bare.args(&json!({ "pattern": -1 }), None).is_err());
    assert!(bare.args(&json!({ "pattern": ["a", "-b"] }), None).is_err());
    assert_eq!(bare.args(&json!({ "pattern": "a -b" }), None).unwrap(), ["a -b"]);
}

#[test]
fn a_value_of_another_type_is_refused() {
    for input in [
        json!({ "pattern": null }),
        json!({ "pattern": {} }),
        json!({ "pattern": [["x"]] }),
        json!({ "pattern": "a\0b" }),
    ] {
        assert!(grep().args(&input, None).is_err(), "{input}");
    }
    assert_eq!(
        grep().args(&json!({ "pattern": "x", "ignore_case": "yes" }), None),
        Err("the field `ignore_case` is not `true` or `false`".to_owned())
    );
}

#[test]
fn numbers_keep_their_text() {
    let command = command(r#"args = [{ field = "n" }]"#);
    assert_eq!(command.args(&json!({ "n": 9_007_199_254_740_993_u64 }), None).unwrap(), ["9007199254740993"]);
    assert_eq!(command.args(&json!({ "n": [1, true, "x"] }), None).unwrap(), ["1", "true", "x"]);
}

#[test]
fn a_field_stands_on_stdin_as_it_is() {
    let command = command(r#"stdin = { field = "text" }"#);
    let Stdin::Field(field) = command.stdin() else { panic!("{:?}", command.stdin()) };
    assert_eq!(command.stdin_field(field, &json!({ "text": "a\0é" })).unwrap(), "a\0é".as_bytes());
    assert!(command.stdin_field(field, &json!({ "text": 1 })).is_err());
    assert!(command.stdin_field(field, &json!({})).is_err());
    assert!(command.maps_input());
}

#[test]
fn a_manifest_says_which_end_is_a_success() {
    let ends = |success: &str| {
        let success = command(success).success();
        (success.holds_for_exit_0(), success.holds_for_exit_1(true), success.holds_for_exit_1(false))
    };
    assert_eq!(ends(""), (true, false, false));
    assert_eq!(ends(r#"success = ["exit 0", "exit 1"]"#), (true, true, true));
    assert_eq!(ends(r#"success = ["exit 0", "exit 1 without stderr"]"#), (true, true, false));
    assert_eq!(ends(r#"success = ["exit 1"]"#), (false, true, true));
}

/// A guest path has one name: what is marked as a path and is relative is put behind the working directory.
#[test]
fn a_relative_path_is_put_behind_the_working_directory() {
    let command = command(
        r#"args = [{ option = "--file", field = "files", path = true }, { field = "path", default = ".", path = true }, { field = "text", default = "." }]"#,
    );
    let args = |path: &str| command.args(&json!({ "path": path, "text": path }), Some("/repo")).unwrap();
    for (path, located) in [
        (".", "/repo"),
        ("./", "/repo"),
        (".//./", "/repo"),
        ("src", "/repo/src"),
        ("./src/", "/repo/src/"),
        ("repo/src", "/repo/repo/src"),
        ("../x", "/repo/../x"),
        (".hidden", "/repo/.hidden"),
        ("..", "/repo/.."),
        ("-e", "/repo/-e"),
        ("/repo/src", "/repo/src"),
        ("/secrets/k", "/secrets/k"),
    ] {
        if path.starts_with('-') {
            let located = command.args(&json!({ "path": path }), Some("/repo")).unwrap();
            assert_eq!(located, ["/repo/-e", "."]);
        } else {
            assert_eq!(args(path), [located, path]);
        }
    }
    assert_eq!(command.args(&json!({}), Some("/repo")).unwrap(), ["/repo", "."]);
    assert_eq!(
        command.args(&json!({ "files": ["a", "/b"] }), Some("/repo")).unwrap()[..2],
        ["--file=/repo/a", "--file=/b"]
    );
    assert_eq!(command.args(&json!({ "path": "a" }), Some("/")).unwrap(), ["/a", "."]);
    // Without a mount there is no working directory.
    assert_eq!(command.args(&json!({ "path": "a" }), None).unwrap(), ["a", "."]);
}

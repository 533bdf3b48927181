//! What a search finds, and what it leaves alone.

use guest::Op;
use guest::testing::{World, schema_is_in_step};
use serde_json::{Value, json};

use crate::{Input, Output, run};

fn search(world: &World, input: Value) -> Result<Output, String> {
    let input: Input = serde_json::from_value(input).map_err(|e| e.to_string())?;
    run(&world.root(), input).map_err(|e| e.to_string())
}

fn paths(world: &World, input: Value) -> Vec<String> {
    search(world, input).unwrap().matches.into_iter().map(|m| m.path).collect()
}

fn tree() -> World {
    World::with(&[
        ("/repo/.gitignore", "target/\n*.log\n"),
        ("/repo/.env", "TOKEN=needle\n"),
        ("/repo/a.rs", "one\nfn needle() {}\nthree\n"),
        ("/repo/run.log", "needle\n"),
        ("/repo/src/b.rs", "Needle\r\nneedles\r\n"),
        ("/repo/src/c.txt", "needle\n"),
        ("/repo/target/d.rs", "needle\n"),
    ])
}

#[test]
fn a_match_has_its_path_line_column_and_text() {
    let output = search(&tree(), json!({ "pattern": "needle\\(", "root": "/repo" })).unwrap();
    let expected = json!([{ "path": "/repo/a.rs", "line": 2, "column": 4, "text": "fn needle() {}" }]);
    assert_eq!(serde_json::to_value(&output.matches).unwrap(), expected);
    assert_eq!((output.files_searched, output.files_matched, output.truncated), (3, 1, false));
}

#[test]
fn hidden_and_ignored_files_are_left_out_unless_asked_for() {
    let world = tree();
    assert_eq!(paths(&world, json!({ "pattern": "needle\\b", "root": "/repo" })), ["/repo/a.rs", "/repo/src/c.txt"]);
    let all = json!({ "pattern": "needle\\b", "root": "/repo", "hidden": true, "gitignore": false });
    let expected = ["/repo/.env", "/repo/a.rs", "/repo/run.log", "/repo/src/c.txt", "/repo/target/d.rs"];
    assert_eq!(paths(&world, all), expected);
}

#[test]
fn rules_of_a_directory_above_the_root_count() {
    let world = World::with(&[("/repo/.gitignore", "*.log"), ("/repo/sub/a.log", "x"), ("/repo/sub/a.rs", "x")]);
    assert_eq!(paths(&world, json!({ "pattern": "x", "root": "/repo/sub" })), ["/repo/sub/a.rs"]);
    world.put("/repo/deep/er/.gitignore", "!*.log");
    world.put("/repo/deep/er/b.log", "x");
    assert_eq!(paths(&world, json!({ "pattern": "x", "root": "/repo/deep" })), ["/repo/deep/er/b.log"]);
}

/// The same text is found whatever charset it is in, and `$` stands before either line end.
#[test]
fn charsets_and_line_ends() {
    let utf_16: Vec<u8> =
        [0xfe, 0xff].into_iter().chain("né needle\r\n".encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let world = World::with(&[
        ("/r/a", "né needle\n".as_bytes().to_vec()),
        ("/r/b", "\u{feff}né needle\r\n".as_bytes().to_vec()),
        ("/r/c", utf_16),
        ("/r/d", b"n\xe9 needle\r\n".to_vec()),
    ]);
    let output = search(&world, json!({ "pattern": "^né needle$", "root": "/r" })).unwrap();
    let found: Vec<(&str, &str)> = output.matches.iter().map(|m| (m.path.as_str(), m.text.as_str())).collect();
    assert_eq!(found, ["/r/a", "/r/b", "/r/c", "/r/d"].map(|path| (path, "né needle")));
}

#[test]
fn globs_choose_and_exclude() {
    let world = tree();
    let find = |globs: Value| paths(&world, json!({ "pattern": "needle", "root": "/repo", "globs": globs }));
    assert_eq!(find(json!(["*.rs"])), ["/repo/a.rs", "/repo/src/b.rs"]);
    assert_eq!(find(json!(["!*.rs"])), ["/repo/src/c.txt"]);
    assert_eq!(find(json!(["src/**", "!*.txt"])), ["/repo/src/b.rs"]);
}

#[test]
fn case_words_and_literals_are_options() {
    let world = World::with(&[("/f", "Needle\nneedles\nn.\n")]);
    let lines = |input: Value| {
        let output = search(&world, input).unwrap();
        output.matches.into_iter().map(|m| m.line).collect::<Vec<_>>()
    };
    assert_eq!(lines(json!({ "pattern": "needle", "root": "/f" })), [2]);
    assert_eq!(lines(json!({ "pattern": "needle", "root": "/f", "case": "insensitive" })), [1, 2]);
    assert_eq!(lines(json!({ "pattern": "Needle", "root": "/f", "case": "smart" })), [1]);
    assert_eq!(lines(json!({ "pattern": "needle", "root": "/f", "case": "smart", "word": true })), [1]);
    assert_eq!(lines(json!({ "pattern": "n.", "root": "/f", "literal": true })), [3]);
}

#[test]
fn context_goes_to_the_match_it_stands_by() {
    let world = World::with(&[("/f", "1\n2\nx\n4\n5\n6\n7\nx\n9\n")]);
    let output = search(&world, json!({ "pattern": "x", "root": "/f", "context": 2 })).unwrap();
    let found: Vec<_> = output.matches.iter().map(|m| (m.before.join(""), m.after.join(""))).collect();
    assert_eq!(found, [("12".into(), "45".into()), ("67".to_owned(), "9".to_owned())]);
}

#[test]
fn results_stop_at_the_limit_and_say_so() {
    let world = World::with(&[("/a", "x\n".repeat(10)), ("/b", "x\n".repeat(10))]);
    let count = |most: u32| {
        let output = search(&world, json!({ "pattern": "x", "root": "/", "max_results": most })).unwrap();
        (output.matches.len(), output.truncated)
    };
    assert_eq!(count(5), (5, true));
    assert_eq!(count(15), (15, true));
    assert_eq!(count(20), (20, false));
}

#[test]
fn a_long_line_is_cut_around_its_match_between_characters() {
    let world = World::with(&[("/f", format!("{0}needle{0}\n", "é".repeat(5000)))]);
    let output = search(&world, json!({ "pattern": "needle", "root": "/f" })).unwrap();
    let found = output.matches.first().unwrap();
    assert!(found.cut && found.text.len() <= 400 && found.text.contains("needle"), "{found:?}");
    assert_eq!(found.column, 5001);
}

#[test]
fn binary_files_are_counted_and_their_matches_are_not_shown() {
    let world = World::with(&[("/a", b"needle\n\0\n".as_slice()), ("/b", b"needle \xff\n".as_slice())]);
    let output = search(&world, json!({ "pattern": "needle", "root": "/" })).unwrap();
    assert_eq!((output.matches.len(), output.skipped.binary), (1, 1));
    assert_eq!(output.matches.first().unwrap().text, "needle ÿ");
}

#[test]
fn a_denied_file_is_counted_and_the_rest_is_searched() {
    let world = tree().refusing(Op::Read, "/repo/a.rs");
    let output = search(&world, json!({ "pattern": "needle\\b", "root": "/repo" })).unwrap();
    assert_eq!((output.matches.len(), output.skipped.unreadable.count), (1, 1));
}

#[test]
fn what_cannot_be_searched_is_one_clear_line() {
    let error = |input: Value| search(&tree(), input).unwrap_err();
    let missing = error(json!({ "pattern": "x", "root": "/none" }));
    assert_eq!(missing, "cannot search `/none`: there is no such file or directory");
    assert!(error(json!({ "pattern": "(", "root": "/repo" })).starts_with("`(` is not a regular expression: "));
    assert_eq!(error(json!({ "pattern": "x", "globs": ["a{"] })), "`a{` is not a glob");
    assert!(error(json!({ "pattern": "x", "path": "/repo" })).contains("unknown field `path`"));
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("search");
}

//! What a query answers.

use guest::Op;
use guest::testing::{World, schema_is_in_step};
use serde_json::{Value, json};

use crate::{Input, run};

fn query(world: &World, input: &str) -> Result<Value, String> {
    let input: Input = serde_json::from_str(input).map_err(|e| e.to_string())?;
    let output = run(&world.root(), input).map_err(|e| e.to_string())?;
    serde_json::to_value(output).map_err(|e| e.to_string())
}

fn files() -> World {
    World::with(&[
        ("/repo/a.json", r#"{"name": "a", "deps": [{"id": 1}, {"id": 2}]}"#),
        ("/repo/Cargo.toml", "[package]\nname = 'b'\nborn = 2024-05-01\n[dependencies]\nz = '1'\na = '2'\n"),
        ("/repo/ci.yml", "on: push\njobs:\n  test: {steps: [a, b]}\n---\non: pull\n"),
        ("/repo/log.jsonl", "{\"n\": 1}\n{\"n\": 2}\n"),
        ("/repo/notes", "[1]"),
    ])
}

fn results(input: Value) -> Result<Value, String> {
    query(&files(), &input.to_string()).map(|output| output["results"].clone())
}

#[test]
fn json_toml_and_yaml_are_read() {
    assert_eq!(results(json!({ "path": "/repo/a.json", "filter": ".deps[].id" })), Ok(json!([1, 2])));
    let toml = json!({ "path": "/repo/Cargo.toml", "filter": ".package.name, .package.born" });
    assert_eq!(results(toml), Ok(json!(["b", "2024-05-01"])));
    let keys = json!({ "path": "/repo/Cargo.toml", "filter": ".dependencies | keys_unsorted" });
    assert_eq!(results(keys), Ok(json!([["z", "a"]])));
    assert_eq!(results(json!({ "path": "/repo/ci.yml", "filter": ".on" })), Ok(json!(["push", "pull"])));
    assert_eq!(results(json!({ "path": "/repo/notes", "format": "yaml", "filter": ".[0]" })), Ok(json!([1])));
}

#[test]
fn values_of_a_file_are_filtered_one_by_one_or_together() {
    assert_eq!(results(json!({ "path": "/repo/log.jsonl", "filter": ".n" })), Ok(json!([1, 2])));
    let together = json!({ "path": "/repo/log.jsonl", "filter": "map(.n) | add", "slurp": true });
    assert_eq!(results(together), Ok(json!([3])));
}

#[test]
fn data_variables_or_nothing_do_as_well() {
    let input = json!({ "data": [1, 2, 3], "filter": "map(. * $by)", "variables": { "by": 2 } });
    assert_eq!(results(input), Ok(json!([[2, 4, 6]])));
    assert_eq!(results(json!({ "filter": "1 + 1" })), Ok(json!([2])));
    assert_eq!(results(json!({ "filter": ".", "data": null })), Ok(json!([null])));
}

#[test]
fn numbers_stay_exact() {
    let input = r#"{"filter": ".", "data": [9007199254740993, 18446744073709551616, 1.10, 1e400]}"#;
    let input: Input = serde_json::from_str(input).unwrap();
    let output = run(&files().root(), input).unwrap();
    assert_eq!(output.results.unwrap().first().unwrap().get(), "[9007199254740993,18446744073709551616,1.10,1e400]");
}

#[test]
fn results_come_as_values_or_as_text() {
    let text = |style: &str| {
        let input = json!({ "data": { "a": ["x\ty"] }, "filter": "., .a[0]", "output": style });
        query(&files(), &input.to_string()).unwrap()["text"].clone()
    };
    assert_eq!(text("values"), Value::Null);
    assert_eq!(text("compact"), "{\"a\":[\"x\\ty\"]}\n\"x\\ty\"");
    assert_eq!(text("pretty"), "{\n  \"a\": [\n    \"x\\ty\"\n  ]\n}\n\"x\\ty\"");
    assert_eq!(text("raw"), "{\"a\":[\"x\\ty\"]}\nx\ty");
}

#[test]
fn endless_results_stop_at_the_limit() {
    let output = query(&files(), r#"{"filter": "repeat(1)", "max_results": 3}"#).unwrap();
    assert_eq!(output, json!({ "results": [1, 1, 1], "count": 3, "truncated": true }));
    let output = query(&files(), r#"{"filter": "range(3)", "max_results": 3}"#).unwrap();
    assert_eq!(output["truncated"], false);
    let large = query(&files(), r#"{"filter": "\"é\" * 900000", "output": "raw"}"#).unwrap();
    assert_eq!((large["text"].as_str().unwrap().len(), &large["truncated"]), (1 << 20, &json!(true)));
}

#[test]
fn a_result_that_is_no_json_is_an_error_and_not_something_else() {
    let error = results(json!({ "filter": "nan" })).unwrap_err();
    assert!(error.starts_with("a result is not JSON: `NaN`"), "{error}");
}

#[test]
fn halt_ends_the_filter_and_not_the_answer() {
    assert_eq!(results(json!({ "filter": "1, halt, 2" })), Ok(json!([1])));
}

#[test]
fn a_wrong_filter_says_what_is_wrong() {
    let error = |filter: &str| results(json!({ "filter": filter })).unwrap_err();
    assert_eq!(error(".["), "the filter does not compile: expected closing bracket, found its end");
    assert_eq!(error("1 |"), "the filter does not compile: expected term, found its end");
    assert_eq!(error("nope(1)"), "the filter does not compile: unknown filter `nope`");
    assert_eq!(error("$x"), "the filter does not compile: unknown variable `$x`");
    assert_eq!(error("include \"m\"; 1"), "the filter does not compile: there is no module `m`");
    assert_eq!(error("1 | keys"), "the filter failed: cannot use 1 as iterable (array or object)");
}

#[test]
fn what_cannot_be_queried_is_one_clear_line() {
    let world = files().refusing(Op::Read, "/repo/.env.json");
    world.put("/repo/bad.json", "{\"a\": }");
    world.put("/repo/deep.json", "[".repeat(100_000));
    world.put("/repo/bad.toml", "a = \n");
    let error = |input: Value| query(&world, &input.to_string()).unwrap_err();
    let file = |path: &str| error(json!({ "path": path, "filter": "." }));
    assert_eq!(file("/repo/.env.json"), "cannot read `/repo/.env.json`: access denied");
    assert_eq!(file("/repo/notes"), "`/repo/notes` does not tell its format: give `format`");
    assert!(file("/repo/bad.json").starts_with("`/repo/bad.json` does not parse: byte offset 6: "));
    assert_eq!(file("/repo/deep.json"), "`/repo/deep.json` does not parse: it is nested more than 200 deep");
    assert!(!file("/repo/bad.toml").contains('\n'));
    assert_eq!(
        error(json!({ "path": "/repo/a.json", "data": 1, "filter": "." })),
        "`path` and `data` exclude each other"
    );
}

/// A byte order mark is no part of a value, in any format; UTF-16 is text.
#[test]
fn byte_order_marks() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain("a: é".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let files = [
        ("/a.yaml", "\u{feff}a: é".as_bytes().to_vec()),
        ("/b.json", "\u{feff}{\"a\": \"é\"}".as_bytes().to_vec()),
        ("/c.toml", "\u{feff}a = 'é'".as_bytes().to_vec()),
        ("/d.yml", utf_16),
        ("/e.yml", b"a: \xe9".to_vec()),
    ];
    let world = World::with(&files);
    for (path, _) in &files {
        let input = serde_json::from_value(json!({ "filter": ".a", "path": path, "output": "raw" })).unwrap();
        assert_eq!(run(&world.root(), input).unwrap().text.as_deref(), Some("é"), "{path}");
    }
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("query");
}

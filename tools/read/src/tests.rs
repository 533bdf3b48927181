//! What is read of a file, and how it is told apart from the rest of it.

use guest::Op;
use guest::testing::{World, schema_is_in_step};
use serde_json::{Value, json};

use crate::{Input, run};

fn read(world: &World, input: Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input).map_err(|e| e.to_string())?;
    let output = run(&world.root(), input).map_err(|e| e.to_string())?;
    serde_json::to_value(output).map_err(|e| e.to_string())
}

fn poem() -> World {
    World::with(&[("/repo/poem", "one\ntwo\r\nthré\nfour")])
}

#[test]
fn a_small_file_comes_whole() {
    let output = read(&poem(), json!({ "path": "/repo/poem" })).unwrap();
    let expected = json!({
        "path": "/repo/poem", "size": 19, "encoding": "utf-8", "text": "one\ntwo\r\nthré\nfour",
        "first_line": 1, "lines": 4, "total_lines": 4, "truncated": false,
    });
    assert_eq!(output, expected);
}

#[test]
fn a_range_of_lines_says_where_it_lies_and_that_there_is_more() {
    let output = read(&poem(), json!({ "path": "/repo/poem", "lines": { "first": 2, "count": 2 } })).unwrap();
    assert_eq!(output["text"], "two\r\nthré\n");
    assert_eq!((&output["first_line"], &output["lines"]), (&json!(2), &json!(2)));
    assert_eq!((&output["truncated"], output.get("total_lines")), (&json!(true), None));
    let after = read(&poem(), json!({ "path": "/repo/poem", "lines": { "first": 9 } })).unwrap();
    assert_eq!((&after["text"], &after["lines"], &after["total_lines"]), (&json!(""), &json!(0), &json!(4)));
}

#[test]
fn lines_can_be_numbered() {
    let input = json!({ "path": "/repo/poem", "lines": { "first": 3 }, "line_numbers": true });
    assert_eq!(read(&poem(), input).unwrap()["text"], "3\tthré\n4\tfour");
}

#[test]
fn an_empty_file_is_no_error() {
    let output = read(&World::with(&[("/e", "")]), json!({ "path": "/e" })).unwrap();
    assert_eq!((&output["text"], &output["total_lines"], &output["truncated"]), (&json!(""), &json!(0), &json!(false)));
}

#[test]
fn a_range_of_bytes_keeps_whole_characters() {
    let world = World::with(&[("/f", "aéé1")]);
    let bytes = |first: u64, count: u64| {
        let output = read(&world, json!({ "path": "/f", "bytes": { "first": first, "count": count } })).unwrap();
        assert_eq!(output["encoding"], "utf-8");
        (output["text"].as_str().unwrap().to_owned(), output["first_byte"].as_u64(), output["truncated"] == true)
    };
    assert_eq!(bytes(0, 2), ("a".into(), Some(0), true));
    assert_eq!(bytes(2, 3), ("é".into(), Some(3), true));
    assert_eq!(bytes(1, 99), ("éé1".into(), Some(1), false));
    assert_eq!(bytes(99, 1), (String::new(), Some(99), false));
}

#[test]
fn a_binary_file_has_no_text_and_its_bytes_come_as_digits() {
    let world = World::with(&[("/b", b"\x7fELF\0\xff")]);
    let output = read(&world, json!({ "path": "/b" })).unwrap();
    assert_eq!(output, json!({ "path": "/b", "size": 6, "encoding": "binary", "truncated": false }));
    let part = read(&world, json!({ "path": "/b", "bytes": { "first": 3, "count": 2 } })).unwrap();
    assert_eq!((&part["hex"], part.get("text")), (&json!("4600"), None));
}

#[test]
fn text_that_is_not_utf8_is_flagged() {
    let output = read(&World::with(&[("/l", b"caf\xe9\n")]), json!({ "path": "/l" })).unwrap();
    assert_eq!((&output["encoding"], &output["text"]), (&json!("windows-1252"), &json!("café\n")));
    let output = read(&World::with(&[("/l", b"\xc3\xa9\xc3\xa9\xff\n")]), json!({ "path": "/l" })).unwrap();
    assert_eq!((&output["encoding"], &output["text"]), (&json!("lossy"), &json!("éé\u{fffd}\n")));
    let output = read(&World::with(&[("/l", b"\xff\xfea\0\r\0\n\0b\0")]), json!({ "path": "/l" })).unwrap();
    assert_eq!(
        (&output["encoding"], &output["text"], &output["total_lines"]),
        (&json!("utf-16le"), &json!("a\r\nb"), &json!(2))
    );
    let output = read(&World::with(&[("/l", b"\xef\xbb\xbfa")]), json!({ "path": "/l" })).unwrap();
    assert_eq!((&output["encoding"], &output["text"]), (&json!("utf-8"), &json!("a")));
}

#[test]
fn a_huge_file_is_cut_between_characters_and_can_be_read_on() {
    let world = World::with(&[("/long", "é".repeat(200_000)), ("/many", "0123456789\n".repeat(100_000))]);
    let long = read(&world, json!({ "path": "/long" })).unwrap();
    assert_eq!((long["text"].as_str().unwrap().len(), &long["truncated"]), (256 << 10, &json!(true)));
    assert_eq!(long["encoding"], "utf-8");
    let many = read(&world, json!({ "path": "/many", "lines": { "count": 100_000 } })).unwrap();
    assert_eq!((many["text"].as_str().unwrap().len(), &many["truncated"]), (256 << 10, &json!(true)));
    let end = read(&world, json!({ "path": "/many", "lines": { "first": 99_999 } })).unwrap();
    assert_eq!((&end["lines"], &end["total_lines"]), (&json!(2), &json!(100_000)));
}

#[test]
fn what_cannot_be_read_is_one_clear_line() {
    let world = poem().refusing(Op::Read, "/repo/.env");
    world.put("/repo/.env", "TOKEN=1");
    let error = |input: Value| read(&world, input).unwrap_err();
    assert_eq!(error(json!({ "path": "/repo/.env" })), "cannot read `/repo/.env`: access denied");
    assert_eq!(error(json!({ "path": "/x" })), "cannot read `/x`: there is no such file or directory");
    assert_eq!(error(json!({ "path": "/repo" })), "cannot read `/repo`: it is a directory");
    let both = json!({ "path": "/repo/poem", "lines": {}, "bytes": { "count": 1 } });
    assert_eq!(error(both), "`lines` and `bytes` exclude each other");
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("read");
}

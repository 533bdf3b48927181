//! `read`: a file, or a part of one.
use serde_json::json;

use super::fixture::{output, with};

#[test]
fn all_of_a_file() {
    let (_, task) = with("read");
    let read = output(&task, "read", &json!({"path": "/repo/src/main.rs"}));
    assert_eq!(
        (&read["text"], &read["size"], &read["encoding"]),
        (&json!("fn main() {}\n"), &json!(13), &json!("utf-8"))
    );
    assert_eq!((&read["total_lines"], &read["truncated"]), (&json!(1), &json!(false)));
}

#[test]
fn a_range_of_lines_or_bytes() {
    let (_, task) = with("read");
    let lines = output(
        &task,
        "read",
        &json!({"path": "/repo/src/lib.rs", "lines": {"first": 2, "count": 2}, "line_numbers": true}),
    );
    assert_eq!((&lines["text"], &lines["truncated"]), (&json!("2\t// TODO: one\n3\tpub fn one() {}\n"), &json!(true)));
    let bytes = output(&task, "read", &json!({"path": "/repo/src/lib.rs", "bytes": {"first": 4, "count": 9}}));
    assert_eq!((&bytes["text"], &bytes["first_byte"]), (&json!("A library"), &json!(4)));
}

/// A binary file does not pour into the answer.
#[test]
fn a_binary_file() {
    let (installation, task) = with("read");
    installation.write("repo/data.bin", b"\0\x01\xff");
    let read = output(&task, "read", &json!({"path": "/repo/data.bin"}));
    assert_eq!((&read["encoding"], read.get("text")), (&json!("binary"), None));
    let read = output(&task, "read", &json!({"path": "/repo/data.bin", "bytes": {"count": 2}}));
    assert_eq!(read["hex"], "0001");
}

/// A huge file is cut, and says so, within the manifest's limit on memory.
#[test]
fn a_huge_file() {
    let (installation, task) = with("read");
    installation.write("repo/huge.txt", "one line of many\n".repeat(4 << 20));
    let read = output(&task, "read", &json!({"path": "/repo/huge.txt"}));
    assert_eq!(read["truncated"], true);
    installation.write("repo/huge.txt", "x".repeat(64 << 20));
    assert_eq!(output(&task, "read", &json!({"path": "/repo/huge.txt"}))["truncated"], true);
}

#[test]
fn its_failures() {
    let (_, task) = with("read");
    task.call("read", &json!({"path": "/repo/.env"})).answers("denied");
    for path in ["/repo/missing", "/repo/src", "/etc/passwd", ""] {
        let answer = task.call("read", &json!({ "path": path })).json();
        assert!(answer["stderr"].as_str().unwrap().starts_with(&format!("error: cannot read `{path}`")), "{answer}");
    }
    let both = json!({"path": "/repo/README.md", "lines": {}, "bytes": {"count": 1}});
    task.call("read", &both).answers("failed");
}

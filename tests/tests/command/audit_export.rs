//! `toolward audit export | key | checkpoint`: what leaves the home, and how.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::three_tools;

fn after_three_calls() -> (Installation, toolward_tests::OpenTask) {
    let installation = three_tools().shipped("read");
    let task = installation.open("work");
    task.call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    task.call("read", &json!({"path": "/repo/.env"})).answers("denied");
    installation.open("work").call("good", &json!({})).answers("ok");
    (installation, task)
}

/// One record a line, each with at least the fields of the contract; the signed heads are the last line.
#[test]
fn each_record_has_the_fields_of_the_contract() {
    let (installation, _) = after_three_calls();
    let said = installation.run(&["audit", "export", "--format", "jsonl"]);
    let mut lines = said.exits(0).json_lines();
    let heads = lines.pop().unwrap();
    assert!(heads.get("signature").is_some(), "{heads}");
    assert!(lines.len() >= 4, "{said}");
    for record in &lines {
        for field in [
            "seq", "time", "task", "agent", "call", "tool", "kind", "op", "resource", "verdict", "layer", "rule",
            "outcome", "prev", "hash",
        ] {
            assert!(record.get(field).is_some(), "{field}: {record}");
        }
        let time = record["time"].as_str().unwrap();
        assert!(time.len() >= 20 && time.as_bytes()[10] == b'T' && time.ends_with('Z'), "{time}");
    }
    // Within a task each names the hash of the one before, and `seq` counts.
    let first = lines[0]["task"].clone();
    let of_first: Vec<&Value> = lines.iter().filter(|record| record["task"] == first).collect();
    for (place, pair) in of_first.windows(2).enumerate() {
        assert_eq!(pair[1]["prev"], pair[0]["hash"]);
        assert_eq!(pair[1]["seq"], json!(place + 2));
    }
}

/// Into a file: it appears whole, and one that exists is left alone.
#[test]
fn into_a_file() {
    let (installation, task) = after_three_calls();
    let path = installation.path("copy.jsonl");
    let to = ["audit", "export", "--to", path.to_str().unwrap()];
    installation.run(&to).exits(0).says("exported");
    let first = installation.text("copy.jsonl");
    task.call("good", &json!({})).answers("ok");
    installation.run(&to).fails(2, "copy.jsonl");
    assert_eq!(installation.text("copy.jsonl"), first);
    let elsewhere = installation.path("no/such/folder/copy.jsonl");
    installation.run(&["audit", "export", "--to", elsewhere.to_str().unwrap()]).fails(2, "copy.jsonl");
}

/// Only one task, or one call.
#[test]
fn of_one_task_or_one_call() {
    let (installation, task) = after_three_calls();
    let id = task.id();
    let records = |options: &[&str]| {
        let mut lines = installation.run(&[&["audit", "export"], options].concat()).exits(0).json_lines();
        lines.pop();
        lines
    };
    assert!(records(&["--task", &id]).iter().all(|record| record["task"] == id.as_str()));
    let call = records(&["--task", &id])[0]["call"].as_str().unwrap().to_owned();
    let of_call = records(&["--call", &call]);
    assert!(!of_call.is_empty() && of_call.iter().all(|record| record["call"] == call.as_str()));
    installation.run(&["audit", "export", "--task", "t_0"]).exits(2);
    installation.run(&["audit", "export", "--format", "xml"]).fails(2, "xml");
}

#[test]
fn the_public_key() {
    let installation = three_tools();
    let key = installation.run(&["audit", "key"]).exits(0).result().to_owned();
    let digits = key.strip_prefix("ed25519:").unwrap();
    assert!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    assert_eq!(installation.run(&["audit", "key", "--json"]).json(), json!({ "key": key }));
}

/// Checkpoints are appended to a file outside the home.
#[test]
fn a_checkpoint() {
    let (installation, task) = after_three_calls();
    let path = installation.path("checkpoints");
    let to = ["audit", "checkpoint", "--to", path.to_str().unwrap()];
    installation.run(&to).exits(0);
    task.call("good", &json!({})).answers("ok");
    installation.run(&to).exits(0);
    assert_eq!(installation.text("checkpoints").lines().count(), 2);
    let inside = installation.path("home/checkpoints");
    installation.run(&["audit", "checkpoint", "--to", inside.to_str().unwrap()]).fails(2, "lies in the home");
}

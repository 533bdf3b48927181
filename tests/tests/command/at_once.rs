//! Many processes at once: none fails on a lock, none loses a record.
use std::process::{Child, Stdio};

use serde_json::Value;

use super::fixture::three_tools;

/// A hundred concurrent calls in one task.
#[test]
fn a_hundred_calls() {
    let installation = three_tools();
    let task = installation.open("work");
    let start = |_| {
        let mut call = task.command(&["call", "good", "--input", "{}"]);
        call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..100).map(start).collect();
    let mut calls: Vec<String> = children.into_iter().map(answered).collect();
    installation.run(&["audit", "verify"]).exits(0);
    let export = installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let call = |record: &Value| (record["kind"] == "tools").then(|| record["call"].as_str().unwrap().to_owned());
    let mut recorded: Vec<String> = export.iter().filter_map(call).collect();
    calls.sort_unstable();
    recorded.sort_unstable();
    assert_eq!(recorded, calls);
    assert_eq!(task.shown()["calls"], 100);
}

fn answered(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["status"], "ok");
    answer["call"].as_str().unwrap().to_owned()
}

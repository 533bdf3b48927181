//! `toolward explain --batch`: a transcript, tried on a policy before anyone runs it.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::{policy_with_tools, three_tools};

fn installation(rules: &str) -> Installation {
    three_tools().shipped("read").policy(&policy_with_tools(rules))
}

const ANY: &str = "[[types.work.tools]]\nname = \"*\"\nallow = [\"call\"]\n";

fn ask(installation: &Installation, lines: &[Value]) -> Vec<String> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    installation.write("batch.jsonl", text);
    let path = installation.path("batch.jsonl");
    let said = installation.run(&["explain", "--batch", path.to_str().unwrap(), "--agent", "coder", "--type", "work"]);
    said.exits(0).json_lines().iter().map(|answer| answer["verdict"].as_str().unwrap().to_owned()).collect()
}

/// One answer a line, in order.
#[test]
fn one_answer_a_line() {
    let lines = [
        json!({"tool": "read", "access": "files read /repo/.env"}),
        json!({"tool": "read", "access": "files read /repo/README.md"}),
        json!({"tool": "read", "input": {"path": "/repo/README.md"}, "output": {"any": "thing"}}),
        json!({"tool": "good"}),
    ];
    assert_eq!(ask(&installation(ANY), &lines), ["deny", "allow", "allow", "allow"]);
}

/// The lines are one imagined task: an allowed call counts as made.
#[test]
fn an_allowed_call_counts_as_made() {
    let rules = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 2\n\n[[types.work.tools]]\nname = \"bad\"\nallow = [\"call\"]\n";
    let installation = installation(rules);
    let (good, bad) = (json!({"tool": "good"}), json!({"tool": "bad"}));
    let lines = [good.clone(), bad.clone(), good.clone(), good.clone(), bad];
    assert_eq!(ask(&installation, &lines), ["allow", "allow", "allow", "deny", "allow"]);
    // It was imagined: the next one begins anew.
    assert_eq!(ask(&installation, &[good]), ["allow"]);
}

/// A refused call does not count.
#[test]
fn a_refused_call_does_not_count() {
    let rules =
        "[[types.work.tools]]\nname = \"read\"\nallow = [\"call\"]\ninput = { path = \"/repo/src/**\" }\ntimes = 1\n";
    let inside = json!({"tool": "read", "input": {"path": "/repo/src/main.rs"}});
    let outside = json!({"tool": "read", "input": {"path": "/repo/README.md"}});
    assert_eq!(ask(&installation(rules), &[outside, inside.clone(), inside]), ["deny", "allow", "deny"]);
}

/// A line that is none is an error that names it.
#[test]
fn a_line_that_is_none() {
    let installation = installation(ANY);
    let path = installation.path("batch.jsonl");
    for line in [
        "nonsense",
        r#"{"tool": "good", "tol": 1}"#,
        r#"{"tool": "good", "input": {}, "access": "files read /repo/x"}"#,
        r#"{"tool": "nothing"}"#,
        r#"{"tool": "good", "access": "files raed /repo/x"}"#,
        r#"{"input": {}}"#,
        r#"{"tool": "good", "input": {"a": 1, "a": 2}}"#,
    ] {
        installation.write("batch.jsonl", format!("\n{line}\n"));
        let arguments = ["explain", "--batch", path.to_str().unwrap(), "--agent", "coder", "--type", "work"];
        installation.run(&arguments).fails(2, "batch.jsonl:2:");
    }
}

/// With a handle each answer is the verdict alone, and each question is recorded.
#[test]
fn with_a_handle() {
    let installation = installation(ANY)
        .file("batch.jsonl", "{\"tool\": \"good\"}\n{\"tool\": \"read\", \"access\": \"files read /repo/.env\"}\n");
    let task = installation.open("work");
    let path = installation.path("batch.jsonl");
    let answers = task.run(&["explain", "--batch", path.to_str().unwrap()]).exits(0).json_lines();
    assert_eq!(answers, [json!({"verdict": "allow"}), json!({"verdict": "deny"})]);
    let records = task.run(&["audit", "list", "--json"]).json().as_array().unwrap().clone();
    assert_eq!(records.iter().filter(|record| record["probe"] == true).count(), 2);
}

//! `toolward audit list | show`: what was done and refused, and by which rule.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::{EVERYTHING, POLICY, hostile};

fn installation() -> Installation {
    Installation::new().policy(POLICY).shipped("read").shipped("edit")
}

const EDIT: &str = r#"{"path": "/repo/README.md", "old": "A repository", "new": "Changed"}"#;

/// Kinds, operations and resources of records, in order.
fn told(records: &Value) -> Vec<String> {
    let text = |record: &Value, field: &str| record[field].as_str().unwrap_or("-").to_owned();
    let one =
        |record: &Value| ["kind", "op", "resource", "verdict", "outcome"].map(|field| text(record, field)).join(" ");
    records.as_array().unwrap().iter().map(one).collect()
}

/// A call (`c_…`): its accesses and the call itself.
#[test]
fn a_call() {
    let installation = installation();
    let answer = installation.open("work").call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    let call = answer["call"].as_str().unwrap();
    let records = installation.run(&["audit", "show", call, "--json"]).exits(0).json();
    let lines = told(&records);
    assert!(lines.contains(&"files read /repo/README.md allow done".to_owned()), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "tools call read allow done");
    assert!(records.as_array().unwrap().iter().all(|record| record["agent"] == "coder" && record["tool"] == "read"));
    installation.run(&["audit", "show", call]).exits(0).says("/repo/README.md").says("policy.toml:");
}

/// An effect's intent comes before it, and its outcome after, with the intent's `seq`.
#[test]
fn an_effect() {
    let installation = installation();
    let answer = installation.open("work").call_with("edit", EDIT).answers("ok");
    let records = installation.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).json();
    let records = records.as_array().unwrap();
    let intents: Vec<&Value> = records.iter().filter(|record| record["outcome"] == "intent").collect();
    assert!(!intents.is_empty(), "{records:?}");
    for intent in intents {
        let outcome = records.iter().find(|record| record["intent"] == intent["seq"]);
        let outcome = outcome.unwrap_or_else(|| panic!("no outcome of {intent}"));
        assert!(outcome["seq"].as_u64() > intent["seq"].as_u64() && outcome["outcome"] == "done", "{outcome}");
    }
}

/// A refusal (`d_…`) and a task (`t_…`).
#[test]
fn a_refusal_and_a_task() {
    let installation = installation();
    let task = installation.open("work");
    let answer = task.call("read", &json!({"path": "/repo/.env"})).answers("denied");
    let refusal =
        installation.run(&["audit", "show", answer["denied"][0]["id"].as_str().unwrap(), "--json"]).exits(0).json();
    assert_eq!(told(&refusal), ["files read /repo/.env deny refused"]);
    assert_eq!(refusal[0]["layer"], "policy");
    let all = installation.run(&["audit", "show", &task.id(), "--json"]).exits(0).json();
    assert_eq!(told(&all)[0], format!("task open {} allow done", task.id()));
    assert_eq!(all.as_array().unwrap().last().unwrap()["op"], "call");
    assert_eq!(all[1]["seq"], 1);
    assert_eq!(all[1]["mode"], "single-user", "a task's first record names the mode");
    for id in ["c_0", "d_0", "t_0", "nonsense", ""] {
        let said = installation.run(&["audit", "show", id]);
        said.fails(2, "there are no records");
    }
}

/// Refusals of the call itself can be looked up like those of an access.
#[test]
fn a_refusal_of_the_call_itself() {
    let policy = super::fixture::policy_with_tools("[[types.work.tools]]\nname = \"read\"\nask = [\"call\"]\n");
    let installation = installation().policy(&policy);
    let answer = installation.open("work").call("read", &json!({"path": "/repo/README.md"})).answers("refused");
    let id = answer["denied"][0]["id"].as_str().unwrap();
    let line = 1 + policy.lines().position(|line| line == "ask = [\"call\"]").unwrap();
    installation.run(&["audit", "show", id]).exits(0).says("tools call read").says(&format!("policy.toml:{line}"));
}

/// The last ones, of one task, of one call, or with one verdict.
#[test]
fn list() {
    let installation = installation();
    let (one, other) = (installation.open("work"), installation.open("work"));
    one.call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    let denied = other.call("read", &json!({"path": "/repo/.env"})).answers("denied");
    let list = |options: &[&str]| {
        installation.run(&[&["audit", "list", "--json"], options].concat()).exits(0).json().as_array().unwrap().clone()
    };
    let all = list(&[]);
    assert_eq!(list(&["--last", "1"]), all[all.len() - 1..]);
    assert_eq!(list(&["--last", "0"]), Vec::<Value>::new());
    let id = one.id();
    // With what the installation's own chain says of it.
    let of_task = |record: &Value| record["task"] == id.as_str() || record["resource"] == id.as_str();
    assert!(list(&["--task", &id]).len() >= 3 && list(&["--task", &id]).iter().all(of_task));
    assert_eq!(list(&["--verdict", "deny"]).len(), 1);
    let call = denied["call"].as_str().unwrap();
    let of_call = list(&["--call", call]);
    assert!(of_call.len() >= 2 && of_call.iter().all(|record| record["call"] == call));
    assert_eq!(list(&["--task", "t_0"]), Vec::<Value>::new());
    installation.run(&["audit", "list", "--verdict", "maybe"]).fails(2, "maybe");
    let lines = installation.run(&["audit", "list", "--all"]).exits(0).0.stdout.lines().count();
    assert_eq!(lines, 1 + all.len(), "a header, and one record on one line");
}

/// Control characters and escapes in names are shown escaped, on a terminal and in JSON.
#[test]
fn control_characters_are_escaped() {
    let installation = Installation::new().policy(POLICY).tool("odd", hostile("odd_names"), EVERYTHING);
    std::fs::create_dir_all(installation.path("repo/pub")).unwrap();
    let said = installation.open("work").call("odd", &json!({}));
    let call = said.json()["call"].as_str().unwrap().to_owned();
    for arguments in
        [&["audit", "list", "--all"][..], &["audit", "show", &call], &["audit", "list", "--json"], &["audit", "export"]]
    {
        let shown = installation.run(arguments);
        assert!(shown.exits(0).0.stdout.contains("\\u"), "{arguments:?}: {shown}");
        let raw = |c: char| c.is_control() && c != '\n';
        assert!(!shown.0.stdout.contains(raw), "{arguments:?}: {shown}");
        assert!(
            !shown.0.stdout.lines().any(|line| line.starts_with("{\"seq\":1,\"verdict\"")),
            "a forged line: {shown}"
        );
    }
    installation.run(&["audit", "verify"]).exits(0);
}

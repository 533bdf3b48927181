//! What a task is told of its tools, and what the operator is told of a refusal: which layer would have to change.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{POLICY, policy_with_tools, three_tools};

const GOOD: &str = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\n\n[[types.work.tools]]\nname = \"bad\"\nask = [\"call\"]\n";

fn tools(task: &OpenTask) -> Vec<String> {
    let listed = task.run(&["tool", "list", "--json"]).exits(0).json();
    listed.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

/// `tool list` in a task shows only what it may call.
#[test]
fn a_task_is_shown_what_it_may_call() {
    let installation = three_tools().policy(&policy_with_tools(GOOD));
    let task = installation.open("work");
    let listed = tools(&task);
    assert!(listed.contains(&"good".to_owned()) && !listed.contains(&"trapping".to_owned()), "{listed:?}");
    let text = task.run(&["tool", "list"]);
    text.exits(0).says("good").does_not_say("trapping");
    // The operator is shown all.
    installation.run(&["tool", "list"]).exits(0).says("good").says("bad").says("trapping");
    let child = task.narrow_to("[[tools]]\nname = \"bad\"\nallow = [\"call\"]\n");
    assert!(!tools(&child).contains(&"good".to_owned()));
}

fn explained(installation: &Installation, arguments: &[&str]) -> Value {
    installation.run(&[&["explain"], arguments, &["--agent", "coder", "--type", "work"]].concat()).exits(0).json()
}

/// The operator is told each layer that would have to change; a task's holder none.
#[test]
fn the_operator_is_told_each_layer() {
    let installation = three_tools().shipped("read").policy(POLICY);
    let installation =
        installation.file("grant.toml", "schema = 1\n\n[[files]]\npath = \"/repo/src/**\"\nallow = [\"read\"]\n");
    let grant = installation.path("grant.toml");
    let grant = ["--grant", grant.to_str().unwrap()];
    let layers = |access: &str, grant: &[&str]| {
        let told = explained(&installation, &[&["--tool", "read", "--access", access], grant].concat());
        let of = |change: &Value| change["layer"].as_str().unwrap().to_owned();
        // Of one layer the verdict tells already.
        told["change"].as_array().map_or_else(|| vec![of(&told)], |changes| changes.iter().map(of).collect())
    };
    assert_eq!(layers("files write /repo/README.md", &[]), ["manifest"]);
    assert_eq!(layers("files write /repo/.env", &[]), ["manifest", "policy"]);
    assert_eq!(layers("files write /repo/.env", &grant), ["manifest", "policy", "grant"]);
    assert_eq!(layers("files read /repo/README.md", &grant), ["grant"]);
    let task = installation.open("work");
    let told = task.run(&["explain", "--tool", "read", "--access", "files write /repo/.env"]).exits(0).json();
    assert_eq!(told, json!({ "verdict": "deny" }));
}

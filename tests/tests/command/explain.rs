//! `toolward explain`: what would be decided, and by which rule. Nothing is run.
use serde_json::json;
use toolward_tests::{Installation, OpenTask};

use super::fixture::{POLICY, policy_with_tools, three_tools};

const OPERATOR: [&str; 4] = ["--agent", "coder", "--type", "work"];

fn line_of(text: &str) -> usize {
    1 + POLICY.lines().position(|line| line == text).unwrap()
}

fn installation() -> Installation {
    Installation::new().policy(POLICY).shipped("read").shipped("edit")
}

fn operator(installation: &Installation, arguments: &[&str]) -> serde_json::Value {
    installation.run(&[&["explain"][..], arguments, &OPERATOR].concat()).exits(0).json()
}

/// With the operator's authority: verdict, layer, rule and why, and no handle.
#[test]
fn the_operator_is_told_everything() {
    let told = operator(&installation(), &["--tool", "read", "--access", "files read /repo/.env"]);
    let rule = format!("policy.toml:{}", line_of("deny = [\"read\", \"write\"]"));
    let why = "`deny = [\"read\", \"write\"]` on `/repo/**/.env`";
    assert_eq!(told, json!({"verdict": "deny", "layer": "policy", "rule": rule, "why": why}));
}

/// Allowed, and by which rule.
#[test]
fn an_allow_names_its_rule() {
    let told = operator(&installation(), &["--tool", "read", "--access", "files read /repo/README.md"]);
    assert_eq!((&told["verdict"], &told["layer"]), (&json!("allow"), &json!("policy")));
    let rule = line_of("allow = [\"read\", \"list\", \"create\", \"write\", \"delete\"]");
    assert_eq!(told["rule"], format!("policy.toml:{rule}"));
}

/// The manifest is a layer too: what it does not name is denied.
#[test]
fn the_manifest_is_a_layer() {
    let told = operator(&installation(), &["--tool", "read", "--access", "files write /repo/README.md"]);
    assert_eq!((&told["verdict"], &told["layer"], &told["rule"]), (&json!("deny"), &json!("manifest"), &json!(null)));
}

/// A call, with its input.
#[test]
fn a_call() {
    let rule = "[[types.work.tools]]\nname = \"read\"\nallow = [\"call\"]\ninput = { path = \"/repo/src/**\" }\n";
    let installation = installation().policy(&policy_with_tools(rule));
    let told = operator(&installation, &["read", "--input", r#"{"path": "/repo/src/main.rs"}"#]);
    assert_eq!(told["verdict"], "allow");
    let told = operator(&installation, &["read", "--input", r#"{"path": "/repo/README.md"}"#]);
    assert_eq!(told["verdict"], "deny");
    installation.run(&[&["explain", "read", "--input", r#"{"path": 1}"#][..], &OPERATOR].concat()).fails(2, "`/path`");
}

/// It needs no component file.
#[test]
fn without_a_component() {
    let installation = three_tools();
    std::fs::remove_file(installation.path("toolward/manifests/good.wasm")).unwrap();
    assert_eq!(operator(&installation, &["good"])["verdict"], "allow");
}

/// Nothing is run, and with the operator's authority nothing is recorded.
#[test]
fn nothing_is_run() {
    let installation = installation();
    let input = r#"{"path": "/repo/README.md", "old": "A", "new": "B"}"#;
    assert_eq!(operator(&installation, &["edit", "--input", input])["verdict"], "allow");
    assert_eq!(installation.text("repo/README.md"), "# A repository\n");
    assert_eq!(installation.run(&["audit", "list", "--json"]).json(), json!([]));
}

/// The imagined task may have a grant, parameters and mounts, and is held to the policy like one that is opened.
#[test]
fn the_imagined_task() {
    let grant = "schema = 1\n\n[[files]]\npath = \"/repo/src/**\"\nallow = [\"read\"]\n";
    let installation = installation().file("grant.toml", grant);
    let path = installation.path("grant.toml");
    let ask = ["--tool", "read", "--access", "files read /repo/README.md", "--grant", path.to_str().unwrap()];
    assert_eq!(operator(&installation, &ask)["layer"], "grant");
    let unknown = ["explain", "read", "--agent", "nobody", "--type", "work"];
    installation.run(&unknown).fails(3, "`nobody`");
    let mount = installation.mount("/other", "repo");
    installation.run(&[&["explain", "read", "--mount", &mount][..], &OPERATOR].concat()).fails(3, "`/other`");
}

/// With a handle alone it answers the verdict, and is recorded like any other probe.
#[test]
fn the_holder_of_a_handle_is_told_the_verdict() {
    let installation = installation();
    let task = installation.open("work");
    let told = |access: &str| task.run(&["explain", "--tool", "read", "--access", access]).exits(0).json();
    assert_eq!(told("files read /repo/.env"), json!({"verdict": "deny"}));
    assert_eq!(told("files read /repo/README.md"), json!({"verdict": "allow"}));
    let records = recorded(&task);
    assert_eq!(records.len(), 2, "{records:?}");
    assert_eq!((&records[0]["resource"], &records[0]["verdict"]), (&json!("/repo/.env"), &json!("deny")));
    assert!(records.iter().all(|record| record["note"].as_str().unwrap().contains("explain")), "{records:?}");
    installation.run(&["audit", "verify"]).exits(0);
}

/// A question is no call: it spends nothing of the budget.
#[test]
fn a_question_spends_nothing() {
    let rule = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 1\n";
    let installation = three_tools().policy(&policy_with_tools(rule));
    let task = installation.open("work");
    for _ in 0..3 {
        assert_eq!(task.run(&["explain", "good"]).exits(0).json()["verdict"], "allow");
    }
    task.call("good", &json!({})).answers("ok");
    assert_eq!(task.run(&["explain", "good"]).exits(0).json()["verdict"], "deny");
}

/// What is asked must be an access in the words of the vocabulary, of a tool that is there.
#[test]
fn what_is_no_question() {
    let installation = installation();
    for access in
        ["files raed /repo/x", "file read /repo/x", "files read", "files read repo/x", "files read /repo/../x", ""]
    {
        let said = installation.run(&[&["explain", "--tool", "read", "--access", access][..], &OPERATOR].concat());
        said.fails(2, "is no access");
    }
    installation.run(&[&["explain", "nothing"][..], &OPERATOR].concat()).fails(2, "there is no tool");
    installation.run(&[&["explain"][..], &OPERATOR].concat()).fails(2, "");
    installation.run(&["explain", "read"]).fails(2, "no task is named");
    let task = installation.open("work");
    task.run(&["explain", "--access", "files read /repo/x"]).fails(2, "");
}

fn recorded(task: &OpenTask) -> Vec<serde_json::Value> {
    let all = task.run(&["audit", "show", &task.id(), "--json"]).json().as_array().unwrap().clone();
    all.into_iter().filter(|record| record["task"] != "installation").collect()
}

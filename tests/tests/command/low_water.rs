//! A home whose disk has little room left: nothing but what the operator does goes on, and that is recorded.
use serde_json::json;
use toolward_tests::Installation;

use super::fixture::three_tools;

/// A home whose mark no disk reaches: for the commands it is as if the disk were full.
fn with_mark(installation: &Installation, mark: &str) {
    let config = installation.text("home/config.toml");
    let config = config.split("\n[audit]").next().unwrap().to_owned();
    installation.write("home/config.toml", format!("{config}\n[audit]\nlow_water = \"{mark}\"\n"));
}

#[test]
fn below_the_mark_only_what_the_operator_does_goes_on() {
    let installation = three_tools();
    let (task, other) = (installation.open("work"), installation.open("work"));
    task.call("good", &json!({})).answers("ok");
    with_mark(&installation, "1000000GiB");
    let said = task.call("good", &json!({}));
    said.fails(6, "low-water mark");
    assert!(said.0.stderr.contains("audit archive"), "{said}");
    task.run(&["task", "narrow"]).fails(6, "low-water mark");
    task.run(&["explain", "good"]).fails(6, "low-water mark");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--mount", &installation.mount("/repo", "repo")];
    installation.run(&open).fails(6, "low-water mark");
    installation.run(&["doctor"]).exits(6).says("only what the operator does is recorded");
    // What the operator does is done, and recorded.
    installation.run(&["task", "revoke", &task_id(&installation, 0)]).exits(0);
    installation.run(&["agent", "revoke", "coder"]).exits(0);
    let archive = installation.path("archive.jsonl");
    std::thread::sleep(std::time::Duration::from_millis(2));
    installation.run(&["audit", "archive", "--before", "0s", "--to", archive.to_str().unwrap()]).exits(0);
    let ended = installation.run(&["audit", "list", "--json", "--kind", "task"]).json();
    assert_eq!(ended.as_array().unwrap().iter().filter(|record| record["op"] == "revoke").count(), 2);
    installation.run(&["audit", "verify"]).exits(0);
    with_mark(&installation, "1MiB");
    other.call("good", &json!({})).fails(3, "revoked");
    installation.run(&["doctor"]).says("the low-water mark is 1MiB");
}

fn task_id(installation: &Installation, at: usize) -> String {
    installation.run(&["task", "list", "--json"]).json()[at]["task"].as_str().unwrap().to_owned()
}

/// A mark that is no size is an error of the configuration, at the call too.
#[test]
fn a_mark_that_is_no_size_does_not_load() {
    let installation = three_tools();
    let task = installation.open("work");
    with_mark(&installation, "much");
    task.call("good", &json!({})).fails(2, "much");
}

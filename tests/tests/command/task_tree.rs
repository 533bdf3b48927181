//! Tasks narrowed for sub-agents: never wider, never longer, their budget out of the parent's, ended with it.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{POLICY, answering};

fn installation() -> Installation {
    Installation::new().policy(POLICY).shipped("read").shipped("edit").tool("good", answering("i32.const 0"), "")
}

fn read(task: &OpenTask, path: &str) -> Value {
    task.call("read", &json!({ "path": path })).json()
}

const SRC: &str = "schema = 1\nfiles = [{ path = \"/repo/src/**\", allow = [\"read\", \"list\"] }]\n";
const ALL: &str =
    "schema = 1\nfiles = [{ path = \"/**\", allow = [\"read\", \"list\", \"create\", \"write\", \"delete\"] }]\n";

/// `task narrow` gives a sub-agent a child: its scope is one layer more.
#[test]
fn a_child_reaches_what_every_task_above_it_reaches_too() {
    let installation = installation().file("src.toml", SRC).file("all.toml", ALL);
    let task = installation.open("work");
    let child = task.narrow(&["--grant", installation.path("src.toml").to_str().unwrap()]);
    let grandchild = child.narrow(&["--grant", installation.path("all.toml").to_str().unwrap()]);
    for below in [&child, &grandchild] {
        assert_eq!(read(below, "/repo/src/main.rs")["status"], "ok");
        assert_eq!(read(below, "/repo/README.md")["status"], "denied");
        below.call_with("edit", r#"{"path": "/repo/src/main.rs", "old": "main", "new": "start"}"#).answers("denied");
    }
    assert_eq!(read(&task, "/repo/README.md")["status"], "ok");
    // A grant of everything opens nothing that the policy does not.
    assert_eq!(
        read(&task.narrow(&["--grant", installation.path("all.toml").to_str().unwrap()]), "/repo/.env")["status"],
        "denied"
    );
}

#[test]
fn a_child_lives_no_longer_and_says_whose_it_is() {
    let installation = installation();
    let task = installation.open_with("work", &["--ttl", "10m"]);
    task.run(&["task", "narrow", "--ttl", "11m"]).fails(3, "none narrowed from it lives longer");
    task.run(&["task", "narrow", "--ttl", "0s"]).fails(3, "lives no time");
    let shown = |task: &OpenTask| task.run(&["task", "show", "--json"]).exits(0).json();
    let (parent, child) = (shown(&task), shown(&task.narrow(&[])));
    assert_eq!(
        (&child["parent"], &child["agent"], &child["owner"]),
        (&parent["task"], &parent["agent"], &parent["owner"])
    );
    assert_eq!(child["expires"], parent["expires"]);
    assert_eq!(child["opened_by"], format!("task {}", parent["task"].as_str().unwrap()));
}

/// Revoking a parent ends its descendants; closing it, too.
#[test]
fn what_ends_takes_all_below_it_along_and_nothing_else() {
    let installation = installation();
    let task = installation.open("work");
    let (first, second) = (task.narrow(&[]), task.narrow(&[]));
    let below = first.narrow(&[]);
    installation.run(&["task", "revoke", &first.id()]).exits(0);
    first.call("good", &json!({})).fails(3, "was revoked");
    below.call("good", &json!({})).fails(3, "was revoked");
    below.run(&["task", "narrow"]).fails(3, "was revoked");
    second.call("good", &json!({})).answers("ok");
    task.run(&["task", "close"]).exits(0);
    second.call("good", &json!({})).fails(3, "was closed");
}

/// Depth is limited: 3 where the type does not say.
#[test]
fn how_deep_a_task_may_be_narrowed() {
    let installation = installation();
    let third = installation.open("work").narrow(&[]).narrow(&[]).narrow(&[]);
    third.run(&["task", "narrow"]).fails(3, "may be narrowed 3 deep");
    drop(installation.clone().policy(&POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nnarrow = 0")));
    installation.open("work").run(&["task", "narrow"]).fails(3, "may not be narrowed");
}

/// A child's budget comes out of the parent's, and `times` is the whole tree's.
#[test]
fn what_a_child_uses_up_its_parent_has_used_up() {
    let budget = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { calls = 3 }");
    let installation = installation().policy(&budget).file("two.toml", "schema = 1\nbudget = { calls = 2 }\n");
    let installation = installation.file("broken.toml", "schema = 1\nbudget = { call = 2 }\n");
    let task = installation.open("work");
    task.run(&["task", "narrow", "--grant", installation.path("broken.toml").to_str().unwrap()])
        .fails(2, "broken.toml:2");
    // A grant without rules denies files; calls of tools are the policy's.
    let child = task.narrow(&["--grant", installation.path("two.toml").to_str().unwrap()]);
    child.call("good", &json!({})).answers("ok");
    child.call("good", &json!({})).answers("ok");
    child.call("good", &json!({})).answers("limit");
    task.call("good", &json!({})).answers("ok");
    task.call("good", &json!({})).answers("limit");
    task.narrow(&[]).call("good", &json!({})).answers("limit");

    let once = POLICY.replace("name = \"*\"\nallow = [\"call\"]", "name = \"*\"\nallow = [\"call\"]\ntimes = 1");
    drop(installation.clone().policy(&once));
    let task = installation.open("work");
    task.narrow(&[]).call("good", &json!({})).answers("ok");
    task.call("good", &json!({})).answers("denied");
    task.narrow(&[]).call("good", &json!({})).answers("denied");
}

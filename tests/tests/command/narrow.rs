//! `toolward task narrow`: a sub-agent's task is never wider, never longer, and spends what its parent has.
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, policy_with_tools, three_tools};

const README: &str = "/repo/README.md";
const MAIN: &str = "/repo/src/main.rs";

fn installation() -> Installation {
    with_type("")
}

/// The type of task has these lines too.
fn with_type(lines: &str) -> Installation {
    let policy = POLICY.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{lines}"));
    three_tools().shipped("read").policy(&policy)
}

fn read(task: &OpenTask, path: &str) -> Said {
    task.call("read", &json!({ "path": path }))
}

fn reading(path: &str) -> String {
    format!("[[files]]\npath = \"{path}\"\nallow = [\"read\"]\n")
}

fn calling(tool: &str) -> String {
    format!("[[tools]]\nname = \"{tool}\"\nallow = [\"call\"]\n")
}

/// Its scope is one layer more: it reaches what its grant names, and the parent still reaches all.
#[test]
fn a_child_reaches_what_its_grant_names() {
    let parent = installation().open("work");
    let child = parent.narrow_to(&reading("/repo/src/**"));
    read(&child, MAIN).answers("ok");
    read(&child, README).answers("denied");
    read(&parent, README).answers("ok");
}

/// A grant of tools narrows what may be called.
#[test]
fn a_child_calls_what_its_grant_names() {
    let parent = installation().open("work");
    let child = parent.narrow_to(&calling("good"));
    child.call("good", &json!({})).answers("ok");
    child.call("bad", &json!({})).answers("denied");
    parent.call("bad", &json!({})).answers("failed");
}

/// A grant that names more than the parent has gives nothing more.
#[test]
fn a_child_cannot_widen() {
    let parent = installation().open("work");
    let narrow = parent.narrow_to(&(reading("/repo/src/**") + &calling("read")));
    let wide = narrow.narrow_to(&(reading("/**") + &calling("*")));
    read(&wide, MAIN).answers("ok");
    read(&wide, README).answers("denied");
    read(&wide, "/repo/.env").answers("denied");
    wide.call("good", &json!({})).answers("denied");
    // Nor does one without any grant.
    read(&narrow.narrow(&[]), README).answers("denied");
}

/// The grants of all levels bind.
#[test]
fn the_grants_of_three_levels_bind() {
    let installation = installation().file("repo/src/a/x", "x").file("repo/src/a/b/x", "x");
    let one = installation.open("work").narrow_to(&reading("/repo/src/**"));
    let two = one.narrow_to(&reading("/repo/**/x"));
    let three = two.narrow_to(&reading("/repo/src/a/**"));
    for (path, answers) in [
        ("/repo/src/a/x", ["ok", "ok", "ok"]),
        ("/repo/src/main.rs", ["ok", "denied", "denied"]),
        ("/repo/README.md", ["denied", "denied", "denied"]),
    ] {
        for (task, answer) in [&one, &two, &three].into_iter().zip(answers) {
            read(task, path).answers(answer);
        }
    }
}

/// Its expiry is no later than the parent's.
#[test]
fn a_child_lives_no_longer() {
    let parent = installation().open_with("work", &["--ttl", "10m"]);
    parent.run(&["task", "narrow", "--ttl", "11m"]).fails(3, "lives no longer than its parent");
    parent.run(&["task", "narrow", "--ttl", "0s"]).exits(3);
    assert_eq!(parent.narrow(&[]).shown()["expires"], parent.shown()["expires"]);
    let brief = parent.narrow(&["--ttl", "1s"]);
    sleep(Duration::from_millis(1_100));
    brief.call("good", &json!({})).fails(3, "expired");
    brief.run(&["task", "narrow"]).fails(3, "expired");
    parent.call("good", &json!({})).answers("ok");
}

/// Depth is limited: to three where the policy does not say.
#[test]
fn depth_is_limited() {
    let mut task = installation().open("work");
    for _ in 0..3 {
        task = task.narrow(&[]);
    }
    task.run(&["task", "narrow"]).fails(3, "may be narrowed no further");
    task.call("good", &json!({})).answers("ok");
    let one = with_type("narrow = 1").open("work").narrow(&[]);
    one.run(&["task", "narrow"]).fails(3, "may be narrowed no further");
    with_type("narrow = 0").open("work").run(&["task", "narrow"]).fails(3, "may be narrowed no further");
}

/// Its budget is out of the parent's.
#[test]
fn the_budget_is_out_of_the_parents() {
    let parent = with_type("budget = { calls = 3 }").open("work");
    let child = parent.narrow_to("budget = { calls = 2 }\n");
    child.call("good", &json!({})).answers("ok");
    child.call("good", &json!({})).answers("ok");
    child.call("good", &json!({})).answers("limit");
    parent.call("good", &json!({})).answers("ok");
    // All three are spent: a sibling starts nothing afresh.
    parent.call("good", &json!({})).answers("limit");
    parent.narrow(&[]).call("good", &json!({})).answers("limit");
    parent.narrow_to("budget = { calls = 100 }\n").call("good", &json!({})).answers("limit");
}

/// How often a rule may be used is shared by the whole tree.
#[test]
fn times_is_shared_by_the_tree() {
    let once = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 2\n";
    let parent = three_tools().policy(&policy_with_tools(once)).open("work");
    let (one, other) = (parent.narrow(&[]), parent.narrow(&[]));
    one.narrow(&[]).call("good", &json!({})).answers("ok");
    other.call("good", &json!({})).answers("ok");
    for task in [&one, &other, &parent] {
        task.call("good", &json!({})).answers("denied");
    }
}

/// Revoking a parent ends its descendants, and nothing beside or above them.
#[test]
fn revoking_a_parent_ends_its_descendants() {
    let installation = installation();
    let root = installation.open("work");
    let (parent, sibling) = (root.narrow(&[]), root.narrow(&[]));
    let child = parent.narrow(&[]);
    installation.run(&["task", "revoke", &parent.id()]).exits(0);
    parent.call("good", &json!({})).fails(3, "revoked");
    child.call("good", &json!({})).fails(3, "");
    child.run(&["task", "narrow"]).fails(3, "");
    child.run(&["explain", "good"]).fails(3, "");
    sibling.call("good", &json!({})).answers("ok");
    root.call("good", &json!({})).answers("ok");
}

/// Closing one does too.
#[test]
fn closing_a_parent_ends_its_descendants() {
    let root = installation().open("work");
    let child = root.narrow(&[]).narrow(&[]);
    root.run(&["task", "close"]).exits(0);
    child.call("good", &json!({})).fails(3, "");
    assert_ne!(child.shown()["state"], "open");
}

/// A child's own end leaves its parent alone.
#[test]
fn closing_a_child_leaves_its_parent() {
    let parent = installation().open("work");
    let child = parent.narrow(&[]);
    child.run(&["task", "close"]).exits(0);
    child.call("good", &json!({})).fails(3, "closed");
    parent.call("good", &json!({})).answers("ok");
}

/// A child names its parent, and is its agent's.
#[test]
fn a_child_names_its_parent() {
    let parent = installation().open("work");
    let (id, child) = (parent.id(), parent.narrow(&[]));
    let shown = child.shown();
    assert_eq!((&shown["parent"], &shown["agent"]), (&json!(id), &json!("coder")), "{shown}");
    assert_eq!(parent.shown().get("parent").unwrap_or(&Value::Null), &Value::Null);
    child.run(&["task", "show"]).exits(0).says(&id);
}

/// A grant that cannot be enforced is an error at the line, and nothing is opened.
#[test]
fn a_grant_that_does_not_load() {
    let installation = installation().file("broken.toml", "schema = 1\n\n[[files]]\npath = \"/repo/**\"\nalow = []\n");
    let parent = installation.open("work");
    let path = installation.path("broken.toml");
    parent.run(&["task", "narrow", "--grant", path.to_str().unwrap()]).fails(2, "broken.toml:5");
    assert_eq!(installation.run(&["task", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

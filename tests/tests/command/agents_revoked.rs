//! `toolward agent revoke` ends an agent's tasks at once, and leaves every other agent alone.
use serde_json::json;
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, credential, three_tools, two_agents};

fn opens(installation: &Installation, options: &[&str]) -> Said {
    installation.run(&[&["task", "open", "--agent", "coder", "--type", "work"], options].concat())
}

fn state(task: &OpenTask) -> String {
    task.run(&["task", "show", "--json"]).exits(0).json()["state"].as_str().unwrap().to_owned()
}

#[test]
fn its_tasks_end_and_those_of_others_go_on() {
    let installation = two_agents();
    let [first, second, closed] = [(); 3].map(|()| installation.open("work"));
    let other = installation.open_for("other", "work", &[]);
    closed.run(&["task", "close"]).exits(0);
    first.call("good", &json!({})).answers("ok");
    installation.run(&["agent", "revoke", "coder"]).exits(0).says("revoked").says("2 tasks ended");
    for task in [&first, &second] {
        task.call("good", &json!({})).fails(3, "revoked");
        task.run(&["explain", "good"]).fails(3, "revoked");
        assert_eq!(state(task), "revoked");
    }
    assert_eq!(state(&closed), "closed");
    other.call("good", &json!({})).answers("ok");
    let opened = installation.open_for("other", "work", &["--credential", &credential(&installation, "other")]);
    opened.call("good", &json!({})).answers("ok");
    let shown = installation.run(&["agent", "show", "coder", "--json"]).exits(0).json();
    assert!(shown["revoked"].is_string(), "{shown}");
    assert_eq!((&shown["open_tasks"], &shown["keys"][0]["holds"]), (&json!(0), &json!(false)));
}

/// Neither by its own credential nor by the operator's authority.
#[test]
fn it_opens_no_task_any_more() {
    let installation = two_agents();
    let file = credential(&installation, "coder");
    opens(&installation, &["--credential", &file]).exits(0);
    installation.run(&["agent", "revoke", "coder"]).exits(0);
    opens(&installation, &[]).fails(3, "the agent `coder` was revoked");
    opens(&installation, &["--credential", &file]).fails(3, "the agent `coder` was revoked");
}

/// Its name is used up, for good.
#[test]
fn it_is_not_added_again() {
    let installation = two_agents();
    installation.run(&["agent", "revoke", "coder"]).exits(0);
    installation.run(&["agent", "add", "coder"]).fails(3, "the agent `coder` was revoked");
    std::fs::remove_file(credential(&installation, "coder")).unwrap();
    installation.run(&["agent", "add", "coder"]).fails(3, "the agent `coder` was revoked");
    assert!(!std::path::Path::new(&credential(&installation, "coder")).exists());
}

/// Twice is fine, and says so.
#[test]
fn revoked_twice() {
    let installation = two_agents();
    let first = installation.run(&["agent", "revoke", "coder", "--json"]).exits(0).json();
    assert_eq!(first, json!({"agent": "coder", "revoked_before": null, "tasks_ended": 0}));
    let since = installation.run(&["agent", "show", "coder", "--json"]).json()["revoked"].clone();
    installation.run(&["agent", "revoke", "coder"]).exits(0).says("was revoked already");
    let again = installation.run(&["agent", "revoke", "coder", "--json"]).exits(0).json();
    assert_eq!(again["revoked_before"], since);
    assert_eq!(installation.run(&["agent", "show", "coder", "--json"]).json()["revoked"], since);
}

/// An agent that the policy names and nobody added is revoked all the same; a name that nobody knows is a mistake.
#[test]
fn an_agent_that_was_never_added() {
    let installation = three_tools();
    let task = installation.open("work");
    installation.run(&["agent", "revoke", "codr"]).fails(2, "there is no agent `codr`");
    installation.run(&["agent", "revoke", "coder"]).exits(0).says("1 task ended");
    task.call("good", &json!({})).fails(3, "revoked");
    opens(&installation, &[]).fails(3, "was revoked");
    installation.run(&["agent", "add", "coder"]).fails(3, "was revoked");
    installation.run(&["agent", "list"]).exits(0).says("coder").says("revoked");
}

/// An agent that the policy does not name any more, but whose tasks are known.
#[test]
fn an_agent_that_left_the_policy() {
    let installation = three_tools();
    let task = installation.open("work");
    let installation = installation.policy(&POLICY.replace("coder", "third"));
    installation.run(&["agent", "revoke", "coder"]).exits(0).says("1 task ended");
    task.call("good", &json!({})).fails(3, "revoked");
}

/// A policy that does not load must not stand in the way.
#[test]
fn under_a_broken_policy() {
    let installation = three_tools();
    let task = installation.open("work");
    installation.write("toolward/policy.toml", "schema = 1\nbroken");
    installation.run(&["agent", "revoke", "coder"]).exits(0).says("1 task ended");
    drop(installation.clone().policy(POLICY));
    task.call("good", &json!({})).fails(3, "revoked");
}

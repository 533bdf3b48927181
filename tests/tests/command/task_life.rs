//! A task ends by itself, by its holder, or by the operator; then nothing more is done with its handle.
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use toolward_tests::Said;

use super::fixture::{POLICY, three_tools};

#[test]
fn list_and_show() {
    let installation = three_tools();
    let (one, other) = (installation.open("work"), installation.open("work"));
    let (first, second) = (one.id(), other.id());
    let all = installation.run(&["task", "list", "--json"]).exits(0).json();
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|task| task["task"].as_str().unwrap()).collect();
    assert_eq!(ids, [second.as_str(), first.as_str()], "the newest first");
    installation.run(&["task", "list"]).exits(0).says(&first).says(&second).says("coder").says("work");
    let shown = installation.run(&["task", "show", &first, "--json"]).exits(0).json();
    assert_eq!((&shown["agent"], &shown["owner"]), (&json!("coder"), &json!("ana@example.com")));
    assert_eq!((&shown["type"], &shown["state"], &shown["calls"]), (&json!("work"), &json!("open"), &json!(0)));
    one.call("good", &json!({})).answers("ok");
    assert_eq!(installation.run(&["task", "show", &first, "--json"]).json()["calls"], 1);
    installation.run(&["task", "show", "t_0"]).fails(2, "`t_0`");
}

/// Its holder closes it.
#[test]
fn closed() {
    let task = three_tools().open("work");
    task.call("good", &json!({})).answers("ok");
    task.run(&["task", "close"]).exits(0).says("closed");
    task.call("good", &json!({})).fails(3, "closed");
    task.run(&["explain", "good"]).fails(3, "closed");
}

/// The operator takes it away.
#[test]
fn revoked() {
    let installation = three_tools();
    let task = installation.open("work");
    let id = task.id();
    installation.run(&["task", "revoke", &id]).exits(0).says("revoked");
    task.call("good", &json!({})).fails(3, "revoked");
    assert_eq!(installation.run(&["task", "show", &id, "--json"]).json()["state"], "revoked");
    // What ended it first stands, and nothing opens it again.
    installation.run(&["task", "close", &id]).exits(0).says("revoked");
}

/// It ends by itself.
#[test]
fn expired() {
    let task = three_tools().open_with("work", &["--ttl", "1s"]);
    sleep(Duration::from_millis(1_100));
    task.call("good", &json!({})).fails(3, "expired");
    assert_eq!(task.run(&["task", "show", "--json"]).json()["state"], "expired");
    let open = task.run(&["task", "list", "--open", "--json"]).json();
    assert_eq!(open, json!([]));
}

/// A running task is decided by the policy that it was opened under and by the one that holds now.
#[test]
fn under_a_policy_that_was_changed() {
    let installation = three_tools();
    let task = installation.open("work");
    let changed = |from: &str, to: &str| {
        let changed = POLICY.replace(from, to);
        assert_ne!(changed, POLICY);
        drop(installation.clone().policy(&changed));
        task.call("good", &json!({}))
    };
    changed("coder", "another").fails(3, "the policy has changed");
    changed("types.work", "types.other").fails(3, "the policy has changed");
    changed("under = \"{root}\"", "under = \"{root}/tmp\"").fails(3, "may not be mounted at `/repo`");
    changed("name = \"*\"", "name = \"bad\"").answers("denied");
    changed("mode = \"rw\"", "mode = \"ro\"").answers("ok");
    // What the new one lets it do more it may not do in this task.
    changed("deny = [\"read\", \"write\"]", "deny = [\"write\"]").answers("ok");
    drop(installation.clone().policy(POLICY));
    task.call("good", &json!({})).answers("ok");
}

/// `--task HANDLE`; better `TOOLWARD_TASK`, or `--task @FILE`.
#[test]
fn how_a_handle_is_given() {
    let installation = three_tools();
    let task = installation.open("work");
    let call = ["call", "good", "--input", "{}"];
    let with = |options: &[&str]| installation.run(&[&call, options].concat());
    with(&["--task", task.handle()]).answers("ok");
    installation.write("handle", format!("{}\n", task.handle()));
    with(&["--task", &format!("@{}", installation.path("handle").display())]).answers("ok");
    Said::by(installation.command(&call).env("TOOLWARD_TASK", task.handle())).answers("ok");
    with(&["--task", "@missing"]).fails(2, "missing");
    with(&[]).fails(2, "no task is named");
}

/// A handle that is none, and one that nobody was given, are denied, and are not repeated.
#[test]
fn a_forged_handle() {
    let installation = three_tools();
    let task = installation.open("work");
    let digits = task.handle().strip_prefix("tw_").unwrap();
    let changed = if digits.ends_with('0') { '1' } else { '0' };
    let near = format!("tw_{}{changed}", &digits[..63]);
    for handle in [near.as_str(), "tw_", "tw_zz", &digits.to_uppercase(), "../../etc/passwd", "t_1", "' OR 1=1 --"] {
        let said = Said::by(installation.command(&["call", "good"]).env("TOOLWARD_TASK", handle));
        said.fails(3, "handle");
        assert!(!said.0.stderr.contains(handle), "{said}");
    }
    // The identifier is public; it is no handle.
    let id = task.id();
    Said::by(installation.command(&["call", "good"]).env("TOOLWARD_TASK", &id)).fails(3, "handle");
}

//! A policy that changes under a running task, and one that is split in files.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, policy_with_tools, three_tools, with_echo};

const README: &str = "/repo/README.md";
const DENIED: &str = "deny = [\"read\", \"write\"]";

fn installation() -> Installation {
    three_tools().shipped("read")
}

fn read(task: &OpenTask, path: &str) -> Said {
    task.call("read", &json!({ "path": path }))
}

fn change(installation: &Installation, from: &str, to: &str) {
    assert!(POLICY.contains(from));
    drop(installation.clone().policy(&POLICY.replace(from, to)));
}

/// The policies that the record of a call names.
fn policies(installation: &Installation, answer: &Value) -> Vec<String> {
    let export = installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let of_call = |record: &&Value| record["call"] == answer["call"] && record["kind"] == "tools";
    let record = export.iter().find(of_call).unwrap_or_else(|| panic!("no record of {answer}"));
    let text = record["policy"].to_string();
    text.split(|c: char| !c.is_ascii_hexdigit()).filter(|part| part.len() == 64).map(str::to_owned).collect()
}

/// A tightened policy binds at once.
#[test]
fn a_tightened_policy_binds_at_once() {
    let installation = installation();
    let task = installation.open("work");
    read(&task, README).answers("ok");
    change(&installation, "path = \"/repo/**/.env\"", "path = \"/repo/**/README.md\"");
    read(&task, README).answers("denied");
    drop(installation.policy(POLICY));
    read(&task, README).answers("ok");
}

/// A widened one widens no task that is open.
#[test]
fn a_widened_policy_widens_no_open_task() {
    let installation = installation().file("repo/.env", "harmless");
    let task = installation.open("work");
    change(&installation, DENIED, "deny = [\"write\"]");
    read(&task, "/repo/.env").answers("denied");
    // One that is opened now is decided by it alone.
    read(&installation.open("work"), "/repo/.env").answers("ok");
    // Narrowing the old one makes no new one of it.
    read(&task.narrow(&[]), "/repo/.env").answers("denied");
}

/// The record of each call names both.
#[test]
fn the_record_names_both_policies() {
    let installation = installation();
    let task = installation.open("work");
    let before = policies(&installation, &read(&task, README).answers("ok"));
    change(&installation, DENIED, "deny = [\"write\"]");
    let both = policies(&installation, &read(&task, README).answers("ok"));
    assert_eq!((before.len(), both.len()), (1, 2), "{before:?} {both:?}");
    assert!(both.contains(&before[0]) && both[0] != both[1], "{before:?} {both:?}");
    let denied = policies(&installation, &read(&task, "/repo/.env").answers("denied"));
    assert!(denied.iter().all(|digest| both.contains(digest)), "{denied:?}");
}

/// A type or an agent that is gone: nothing more is done.
#[test]
fn a_type_that_is_gone() {
    let installation = installation();
    let task = installation.open("work");
    change(&installation, "types.work", "types.other");
    read(&task, README).fails(3, "the policy has changed");
    task.run(&["task", "narrow"]).exits(3);
    change(&installation, "agents = [\"coder\"]", "agents = []");
    assert_ne!(read(&task, README).0.code, Some(0));
}

/// A broken policy allows nothing, and says where it is broken.
#[test]
fn a_broken_policy_allows_nothing() {
    let installation = installation();
    let task = installation.open("work");
    for (broken, place) in [("nonsense = 1", "policy.toml:1:"), ("schema = ", "policy.toml:1:"), ("", "policy.toml:")] {
        installation.write("toolward/policy.toml", broken);
        // An agent is told that it is broken, and the operator where.
        read(&task, README).fails(2, "the policy does not load");
        task.run(&["explain", "good"]).fails(2, "the policy does not load");
        task.run(&["task", "narrow"]).fails(2, "the policy does not load");
        installation.run(&["task", "open", "--agent", "coder", "--type", "work"]).fails(2, place);
    }
    std::fs::remove_file(installation.path("toolward/policy.toml")).unwrap();
    assert_ne!(read(&task, README).0.code, Some(0));
    drop(installation.policy(POLICY));
    read(&task, README).answers("ok");
}

/// [`POLICY`] with its denials in a part of its own.
fn split() -> Installation {
    let part = "schema = 1\n\n[[all.files]]\npath = \"/repo/private/**\"\ndeny = [\"read\"]\n";
    let policy = POLICY.replace("schema = 1\n", "schema = 1\ninclude = [\"policy.d/private.toml\"]\n");
    installation().policy(&policy).file("toolward/policy.d/private.toml", part).file("repo/private/x", "x")
}

/// A rule of a part binds, and is named by its own file and line.
#[test]
fn a_rule_of_a_part_is_named_by_its_own_file() {
    let installation = split();
    read(&installation.open("work"), "/repo/private/x").answers("denied");
    let access = ["explain", "--tool", "read", "--access", "files read /repo/private/x"];
    let told = installation.run(&[&access[..], &["--agent", "coder", "--type", "work"]].concat()).exits(0).json();
    assert_eq!(told["verdict"], "deny");
    assert!(told["rule"].as_str().unwrap().ends_with("private.toml:5"), "{told}");
}

/// A part that is missing or broken: nothing is allowed.
#[test]
fn a_part_that_does_not_load() {
    let installation = split();
    let task = installation.open("work");
    read(&task, README).answers("ok");
    installation.write("toolward/policy.d/private.toml", "schema = 1\n[all]\nfiels = []\n");
    read(&task, README).fails(2, "the policy does not load");
    task.logs_why("read", 2, "private.toml:3");
    std::fs::remove_file(installation.path("toolward/policy.d/private.toml")).unwrap();
    read(&task, README).fails(2, "the policy does not load");
    installation.run(&["task", "open", "--agent", "coder", "--type", "work"]).fails(2, "private.toml");
}

/// A part that changes is another policy.
#[test]
fn a_part_that_changes_is_another_policy() {
    let installation = split();
    let task = installation.open("work");
    installation.write("toolward/policy.d/private.toml", "schema = 1\n");
    read(&task, "/repo/private/x").answers("denied");
    assert_eq!(policies(&installation, &read(&task, README).answers("ok")).len(), 2);
    let added = "schema = 1\n\n[[all.files]]\npath = \"/repo/README.md\"\ndeny = [\"read\"]\n";
    installation.write("toolward/policy.d/private.toml", added);
    read(&task, README).answers("denied");
}

/// What is loaded is never written through a mount, parts neither.
#[test]
fn a_part_is_not_written_through_a_mount() {
    let installation = split().shipped("edit");
    let mount = installation.mount("/repo", "toolward");
    let options = ["task", "open", "--agent", "coder", "--type", "work", "--mount", &mount];
    let opened = installation.run(&options).exits(0).result().to_owned();
    for name in ["policy.toml", "policy.d/private.toml"] {
        let input = json!({ "path": format!("/repo/{name}"), "old": "schema = 1", "new": "schema = 1 " });
        let call = ["call", "edit", "--input", &input.to_string()];
        let said = Said::by(installation.command(&call).env("TOOLWARD_TASK", &opened));
        assert_eq!(said.0.code, Some(3), "{said}");
        assert!(!installation.text(&format!("toolward/{name}")).contains("schema = 1 "), "{name}");
    }
}

/// [`POLICY`] where `good` and `bad` may be called, and `echo`, which stands for a payment, under this condition.
fn paying(condition: &str) -> String {
    let any = ["good", "bad"].map(|name| format!("[[types.work.tools]]\nname = \"{name}\"\nallow = [\"call\"]\n\n"));
    policy_with_tools(&format!(
        "{}[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\n{condition}\n",
        any.concat()
    ))
}

fn call(task: &OpenTask, tool: &str) -> Said {
    task.call(tool, &json!({}))
}

/// A task under the first policy, in which `good` was called; then the second takes its place.
fn after_good(first: &str, second: &str) -> OpenTask {
    let task = with_echo(three_tools(), "").policy(&paying(first)).open("work");
    call(&task, "good").answers("ok");
    drop(task.installation().clone().policy(&(paying(second) + "\n# Changed.\n")));
    task
}

/// A rule that has the same words in both has one count, whatever its `times` is, and its `after` still holds.
#[test]
fn a_rule_that_stays_goes_on() {
    let task = after_good("after = \"good\"\ntimes = 5", "after = \"good\"\ntimes = 2");
    call(&task, "echo").answers("ok");
    drop(task.installation().clone().policy(&paying("after = \"good\"\ntimes = 5")));
    call(&task, "echo").answers("ok");
    drop(task.installation().clone().policy(&paying("after = \"good\"\ntimes = 2")));
    call(&task, "echo").answers("denied");
    drop(task.installation().clone().policy(&paying("after = \"good\"\ntimes = 3")));
    call(&task, "echo").answers("ok");
    call(&task, "echo").answers("denied");
}

/// A new rule does not take for granted that nothing was done before it: each earlier call may have been one that it asks about.
#[test]
fn a_new_rule_does_not_begin_afresh() {
    let task = after_good("", "not_after = \"good\"");
    call(&task, "echo").answers("denied");
    // Nor once it has seen calls that are others, nor in a narrower task.
    call(&task, "bad").answers("failed");
    call(&task, "echo").answers("denied");
    call(&task.narrow(&[]), "echo").answers("denied");
    // Nor by being taken back for a while.
    drop(task.installation().clone().policy(&paying("not_after = \"bad\"")));
    call(&task, "good").answers("ok");
    drop(task.installation().clone().policy(&(paying("not_after = \"good\"") + "\n# Changed.\n")));
    call(&task, "echo").answers("denied");
    // Of a task that did nothing before there is nothing that it did not see.
    let task = with_echo(three_tools(), "").policy(&paying("")).open("work");
    drop(task.installation().clone().policy(&paying("not_after = \"good\"")));
    call(&task, "echo").answers("ok");
    call(&task, "good").answers("ok");
    call(&task, "echo").answers("denied");
}

/// A new rule with `times` counts the calls before it as its own; it is proved by what happens under it.
#[test]
fn a_new_rule_counts_the_calls_before_it() {
    let task = after_good("", "times = 1");
    call(&task, "echo").answers("denied");
    let task = after_good("", "times = 2");
    call(&task, "echo").answers("ok");
    call(&task, "echo").answers("denied");
    let task = after_good("", "after = \"good\"");
    call(&task, "echo").answers("denied");
    call(&task, "good").answers("ok");
    call(&task, "echo").answers("ok");
}

/// A `deny` that holds after a call holds where that call may have been made before the policy changed.
#[test]
fn a_new_denial_holds_after_what_it_did_not_see() {
    let task = after_good("", "\n[[types.work.tools]]\nname = \"echo\"\ndeny = [\"call\"]\nafter = \"bad\"");
    call(&task, "echo").answers("denied");
    call(&task.installation().open("work"), "echo").answers("ok");
}

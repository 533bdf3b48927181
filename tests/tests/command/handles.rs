//! Handles: whoever has none that is good gets nothing, and is not told why it is none.
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{POLICY, three_tools, two_agents};

/// What is done with a handle.
const COMMANDS: [&[&str]; 4] = [&["call", "good"], &["explain", "good"], &["task", "narrow"], &["tool", "list"]];

fn with(installation: &Installation, handle: &str, arguments: &[&str]) -> Said {
    Said::by(installation.command(arguments).env("TOOLWARD_TASK", handle))
}

/// Denied, and the handle is not repeated.
fn is_denied(installation: &Installation, handle: &str) {
    for arguments in COMMANDS {
        let said = with(installation, handle, arguments);
        assert_eq!(said.0.code, Some(3), "{arguments:?} with `{handle}`: {said}");
        let repeated = [&said.0.stdout, &said.0.stderr].into_iter().any(|text| text.contains(handle));
        assert!(!repeated, "{arguments:?} repeats the handle: {said}");
    }
}

/// Forged, truncated, lengthened, in other letters, of another kind.
#[test]
fn that_nobody_was_given() {
    let installation = three_tools();
    let task = installation.open("work");
    let handle = task.handle();
    let last = if handle.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{last}", &handle[..handle.len() - 1]);
    let bad = [
        forged,
        handle[..handle.len() - 1].to_owned(),
        handle[..handle.len() / 2].to_owned(),
        format!("{handle}0"),
        format!("{handle} {handle}"),
        format!("{handle}\n0"),
        handle.to_uppercase(),
        handle.replacen("tw_", "", 1),
        format!("tw_{}", "0".repeat(64)),
        format!("tw_{}", "é".repeat(32)),
        format!("tw_{}", "9".repeat(100_000)),
    ];
    for handle in &bad {
        is_denied(&installation, handle);
    }
    task.call("good", &json!({})).answers("ok");
}

/// Replayed after its task was closed.
#[test]
fn of_a_closed_task() {
    let installation = three_tools();
    let task = installation.open("work");
    task.run(&["task", "close"]).exits(0);
    for arguments in COMMANDS {
        assert_eq!(with(&installation, task.handle(), arguments).0.code, Some(3), "{arguments:?}");
    }
}

/// Expired, and of a revoked task.
#[test]
fn of_an_expired_or_revoked_task() {
    let installation = three_tools();
    let revoked = installation.open("work");
    installation.run(&["task", "revoke", &revoked.id()]).exits(0);
    let expired = installation.open_with("work", &["--ttl", "1s"]);
    sleep(Duration::from_millis(1_050));
    for task in [revoked, expired] {
        for arguments in COMMANDS {
            assert_eq!(with(&installation, task.handle(), arguments).0.code, Some(3), "{arguments:?}");
        }
    }
}

/// A handle is good for its own task: it neither shows, closes nor revokes another's.
#[test]
fn of_another_task() {
    let installation = two_agents();
    let (own, other) = (installation.open("work"), installation.open_for("other", "work", &[]));
    assert_ne!(own.id(), other.id());
    assert_eq!(own.call("good", &json!({})).answers("ok")["task"], own.id());
    other.run(&["task", "close"]).exits(0);
    own.call("good", &json!({})).answers("ok");
}

/// Of another home: it was never heard of here.
#[test]
fn of_another_home() {
    let task = three_tools().open("work");
    is_denied(&three_tools(), task.handle());
}

/// Nowhere in the home, and in no record, neither of a task nor of one narrowed from it.
#[test]
fn is_nowhere_in_the_home() {
    let installation = three_tools();
    let task = installation.open("work");
    let child = task.narrow(&[]);
    child.call("good", &json!({})).answers("ok");
    task.run(&["explain", "good"]).exits(0);
    let mut folders = vec![installation.path("home")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("cache") {
                folders.push(entry);
            } else if let Ok(bytes) = std::fs::read(&entry) {
                for handle in [task.handle(), child.handle()].map(|handle| handle.trim_start_matches("tw_").as_bytes())
                {
                    assert!(!bytes.windows(handle.len()).any(|window| window == handle), "{}", entry.display());
                }
            }
        }
    }
    let export = installation.run(&["audit", "export", "--format", "jsonl"]);
    export.exits(0).does_not_say(task.handle()).does_not_say(child.handle());
}

/// A handle of a type that the policy lets nothing be called in is a good one, and gets nothing.
#[test]
fn of_a_task_that_may_do_nothing() {
    let policy = POLICY.replace("name = \"*\"\nallow = [\"call\"]", "name = \"*\"\ndeny = [\"call\"]");
    let task = three_tools().policy(&policy).open("work");
    task.call("good", &json!({})).answers("denied");
    assert_eq!(task.run(&["tool", "list", "--json"]).exits(0).json(), json!([]));
}

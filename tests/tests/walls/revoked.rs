//! What only code that has broken out of the engine does ends its worker and its task; what a crash does too ends the worker alone.
use serde_json::Value;
use toolward_tests::{OpenTask, Said};

use super::task;

fn attack(task: &OpenTask, name: &str) -> Said {
    Said::by(&mut task::attack(task, name, "thread"))
}

/// How the record of the task's last call ends.
fn last(task: &OpenTask) -> Value {
    let export = task.installation().run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    export.into_iter().rev().find(|record| record["kind"] == "tools").unwrap()
}

/// A forbidden system call, and a broken protocol.
#[test]
fn by_what_no_guest_does() {
    for (name, how) in [("getppid", "system call that no worker makes"), ("forged-walls", "spoke out of turn")] {
        let task = task::open("");
        let said = attack(&task, name);
        said.fails(6, "the worker of `probe` ended");
        assert!(said.0.stderr.contains("its task was revoked"), "{said:?}");
        let record = last(&task);
        assert_eq!(record["outcome"], "failed", "{record}");
        assert!(record["error"].as_str().unwrap().contains(how), "{record}");
        attack(&task, "last-words").fails(3, "the task was revoked");
    }
}

/// An end that a flaw of ours could bring about: the next call is made.
#[test]
fn not_by_a_crash() {
    let task = task::open("");
    let said = attack(&task, "exit");
    said.fails(6, "ended");
    assert!(said.0.stderr.contains("the next call starts another"), "{said:?}");
    attack(&task, "last-words").answers("ok");
}

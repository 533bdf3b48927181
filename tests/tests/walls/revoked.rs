//! What only code that has broken out of the engine does ends its worker and its task; what a crash does too ends the worker alone.
use std::process::Command;

use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said, guest};

use super::world::path;

const POLICY: &str = r#"schema = 1
development = true
agents.coder = {}

[types.work]
agents = ["coder"]
ttl = "30m"
mounts = { "/repo" = { under = "{root}" } }
files = [{ path = "/repo/**", allow = ["read", "list"] }]
tools = [{ name = "probe", allow = ["call"] }]
"#;

const MANIFEST: &str = r#"
[command]
stdin = "none"
args = [{ field = "attack" }, { field = "thread" }]

[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "something is to be asked for"
"#;

fn task() -> OpenTask {
    let component = std::fs::read(guest("absolute_paths")).unwrap();
    Installation::new().policy(POLICY).tool("probe", component, MANIFEST).open("work")
}

/// Calls the tool by the program whose workers attack.
fn attack(task: &OpenTask, name: &str) -> Said {
    let input = json!({ "attack": name, "thread": "thread" }).to_string();
    let like = task.command(&["call", "probe", "--input", &input]);
    let mut call = Command::new(path());
    call.args(like.get_args()).env_clear().envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    call.current_dir(like.get_current_dir().unwrap());
    Said::by(&mut call)
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
        let task = task();
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
    let task = task();
    let said = attack(&task, "exit");
    said.fails(6, "ended");
    assert!(said.0.stderr.contains("the next call starts another"), "{said:?}");
    attack(&task, "last-words").answers("ok");
}

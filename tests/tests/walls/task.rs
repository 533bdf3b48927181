//! A task whose one tool is the attacker.
use std::fs;
use std::process::Command;

use serde_json::json;
use toolward_tests::{Installation, OpenTask, guest, program};

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

[limits]
time = "20s"

[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "something is to be asked for"
"#;

/// Opened, with these lines more in its type.
pub(crate) fn open(more: &str) -> OpenTask {
    let component = fs::read(guest("absolute_paths")).unwrap();
    let policy = POLICY.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{more}"));
    Installation::new().policy(&policy).tool("probe", component, MANIFEST).open("work")
}

/// A call of the tool by the program whose workers attack, from one thread or the other (`main`, `thread`).
pub(crate) fn attack(task: &OpenTask, name: &str, thread: &str) -> Command {
    let input = json!({ "attack": name, "thread": thread }).to_string();
    program::the_same_with(path(), &task.command(&["call", "probe", "--input", &input]))
}

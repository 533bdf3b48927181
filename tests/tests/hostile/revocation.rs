//! A task that is revoked in the middle of its effects: none follows.
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use toolward_tests::{Installation, guest};

const POLICY: &str = r#"schema = 1
development = true
agents.coder = { owner = "ana@example.com" }

[types.work]
agents = ["coder"]
mounts."/repo" = { under = "{root}", mode = "rw" }
files = [{ path = "/repo/**", allow = ["read", "list", "create", "write"] }]
tools = [{ name = "*", allow = ["call"] }]
"#;

const MANIFEST: &str = r#"
[limits]
time = "50s"

[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write"]
why = "it is under test"
"#;

/// Once `task revoke` has returned a guest has no further effect.
#[test]
pub(crate) fn endless_writer() {
    let component = std::fs::read(guest("endless_writer")).unwrap();
    let installation = Installation::new().policy(POLICY).tool("writer", component, MANIFEST);
    let task = installation.open("work");
    let (id, repo) = (task.id(), installation.path("repo"));
    let files = || std::fs::read_dir(&repo).unwrap().count();
    let mut call = task.command(&["call", "writer"]);
    let child = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while files() < 20 {
        sleep(Duration::from_millis(5));
    }
    installation.run(&["task", "revoke", &id]).exits(0);
    let at_once = files();
    sleep(Duration::from_millis(300));
    // One effect may have been under way: it was intended before.
    let later = files();
    assert!(later <= at_once + 1, "{at_once} files, and then {later}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    installation.run(&["audit", "verify"]).exits(0);
}

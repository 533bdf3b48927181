//! When its time is up or somebody takes it away a task's calls stop: at the next host call, and in a computation.
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{EVERYTHING, POLICY, credential, hostile, policy_with_two_agents, spinning};

/// How soon. A machine that does other work at the same time may miss it once, not three times.
const AT_ONCE: Duration = Duration::from_millis(100);
const TRIES: usize = 5;

fn installation() -> Installation {
    let limits = format!("\n[limits]\ntime = \"40s\"\nrecords = 1000000\n{EVERYTHING}");
    let installation = Installation::new().policy(&policy_with_two_agents()).tool("spinning", spinning(), &limits);
    installation.tool("sleeping", hostile("sleeping"), &limits).tool("busy", hostile("busy_writer"), &limits)
}

fn begin(task: &OpenTask, tool: &str) -> Child {
    let mut command = task.command(&["call", tool, "--input", &json!({}).to_string()]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(400));
    child
}

/// Takes it away by `end`, and answers what the call said and how long it went on.
fn stops(mut child: Child, end: impl FnOnce()) -> (Value, Duration) {
    assert!(child.try_wait().unwrap().is_none(), "it is not at work");
    end();
    let ended = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    (serde_json::from_slice(&output.stdout).unwrap(), ended.elapsed())
}

fn at_once(tool: &str, end: impl Fn(&Installation, &OpenTask)) {
    let installation = installation();
    let mut took = Vec::new();
    for _ in 0..TRIES {
        let task = installation.open("work");
        let (answer, time) = stops(begin(&task, tool), || end(&installation, &task));
        assert_eq!((&answer["status"], &answer["output"]), (&json!("denied"), &json!("")), "{answer}");
        took.push(time);
        if time < AT_ONCE {
            return;
        }
    }
    panic!("it took {took:?}");
}

#[test]
fn revoked_while_it_computes() {
    at_once("spinning", |installation, task| drop(installation.run(&["task", "revoke", &task.id()])));
}

#[test]
fn revoked_while_it_sleeps() {
    at_once("sleeping", |installation, task| drop(installation.run(&["task", "revoke", &task.id()])));
}

#[test]
fn closed_by_its_holder_while_it_computes() {
    at_once("spinning", |_, task| drop(task.run(&["task", "close"])));
}

/// Expiry holds within 100 ms while a guest computes.
#[test]
fn expired_while_it_computes() {
    let installation = installation();
    let mut late = Vec::new();
    for _ in 0..TRIES {
        let opened = Instant::now();
        let task = installation.open_with("work", &["--ttl", "1500ms"]);
        let (answer, _) = stops(begin(&task, "spinning"), || {});
        let beyond = opened.elapsed().saturating_sub(Duration::from_millis(1500));
        assert_eq!(answer["status"], "denied");
        late.push(beyond);
        if beyond < AT_ONCE {
            return;
        }
    }
    panic!("it went on for {late:?}");
}

/// `agent revoke` ends its tasks at once and leaves every other agent alone.
#[test]
fn an_agent_is_revoked_and_another_goes_on() {
    let installation = installation();
    for agent in ["coder", "other"] {
        installation.run(&["agent", "add", agent]).exits(0);
    }
    let other = installation.open_for("other", "work", &["--credential", &credential(&installation, "other")]);
    let coder = installation.open("work");
    let child = coder.narrow(&[]);
    let mut goes_on = begin(&other, "spinning");
    let (answer, _) = stops(begin(&child, "spinning"), || drop(installation.run(&["agent", "revoke", "coder"])));
    assert_eq!(answer["status"], "denied");
    coder.call("spinning", &json!({})).fails(3, "was revoked");
    sleep(Duration::from_millis(200));
    assert!(goes_on.try_wait().unwrap().is_none(), "the other agent's call ended");
    installation.run(&["task", "revoke", &other.id()]).exits(0);
    goes_on.wait().unwrap();
}

/// From the revocation on no effect is begun, whatever the guest does meanwhile.
#[test]
fn no_effect_comes_after_the_revocation() {
    let installation = installation();
    let task = installation.open("work");
    let mut child = begin(&task, "busy");
    installation.run(&["task", "revoke", &task.id()]).exits(0);
    let tree = || {
        let mut files: Vec<_> = walk(&installation.path("repo"));
        files.sort();
        files
    };
    let at_once = tree();
    child.wait().unwrap();
    assert_eq!(tree(), at_once);
    installation.run(&["audit", "verify"]).exits(0);
    assert!(POLICY.contains("work"));
}

fn walk(dir: &std::path::Path) -> Vec<(std::path::PathBuf, u64)> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries
        .flat_map(|entry| match entry.metadata().unwrap().is_dir() {
            true => walk(&entry.path()),
            false => vec![(entry.path(), entry.metadata().unwrap().len())],
        })
        .collect()
}

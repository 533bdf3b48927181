//! Whoever ends a task stops what runs in it: in the middle of a computation and of a wait. In the middle of effects: `hostile/revocation.rs`.
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use toolward_tests::net::{RawServer, Step, rules};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, hostile, spinning};

/// The promise is a tenth of a second; a machine that does other work at the same time gets some more.
const SOON: Duration = Duration::from_secs(1);
const LONG: &str = "\n[limits]\ntime = \"50s\"\n";

fn installation() -> Installation {
    Installation::new().policy(POLICY).tool("spinning", spinning(), LONG)
}

/// Calls a tool that never ends by itself, waits until it is `under_way`, does `end`, and answers what the call then said,
/// and how long after `end` returned that was.
fn ended_by(task: &OpenTask, tool: &str, under_way: impl Fn(), end: impl Fn()) -> (Value, Duration) {
    let mut call = task.command(&["call", tool, "--input", "{}"]);
    let child = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    under_way();
    end();
    let ended = Instant::now();
    let output = child.wait_with_output().unwrap();
    let took = ended.elapsed();
    println!("{tool}: {took:?} from the end of the task to the end of the call");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    (serde_json::from_slice(&output.stdout).unwrap(), took)
}

/// The tool has been spinning for a while.
fn spins() {
    sleep(Duration::from_millis(700));
}

fn is_stopped((answer, took): &(Value, Duration)) {
    assert_eq!(answer["status"], "denied", "{answer}");
    assert!(*took < SOON, "{took:?}");
}

/// `task revoke` stops a guest that makes no host call.
#[test]
fn a_spinning_guest_of_a_revoked_task() {
    let installation = installation();
    let task = installation.open("work");
    let id = task.id();
    let revoke = || drop(installation.run(&["task", "revoke", &id]).exits(0).result().to_owned());
    is_stopped(&ended_by(&task, "spinning", spins, revoke));
}

/// `agent revoke` too.
#[test]
fn a_spinning_guest_of_a_revoked_agent() {
    let installation = installation();
    installation.run(&["agent", "add", "coder"]).exits(0);
    let task = installation.open("work");
    let revoke = || drop(installation.run(&["agent", "revoke", "coder"]).exits(0).result().to_owned());
    is_stopped(&ended_by(&task, "spinning", spins, revoke));
}

/// Revoking the parent stops the guest of its child.
#[test]
fn a_spinning_guest_of_a_revoked_parents_child() {
    let installation = installation();
    let parent = installation.open("work");
    let (child, id) = (parent.narrow(&[]), parent.id());
    let revoke = || drop(installation.run(&["task", "revoke", &id]).exits(0).result().to_owned());
    is_stopped(&ended_by(&child, "spinning", spins, revoke));
}

/// Its holder closes it.
#[test]
fn a_spinning_guest_of_a_closed_task() {
    let task = installation().open("work");
    let close = || drop(task.run(&["task", "close"]).exits(0).result().to_owned());
    is_stopped(&ended_by(&task, "spinning", spins, close));
}

/// Its time is up while the guest computes.
#[test]
fn a_spinning_guest_of_an_expired_task() {
    let installation = installation();
    let task = installation.open_with("work", &["--ttl", "2s"]);
    let opened = Instant::now();
    let expire = || sleep(Duration::from_secs(2).saturating_sub(opened.elapsed()));
    is_stopped(&ended_by(&task, "spinning", || {}, expire));
    assert_eq!(task.shown()["state"], "expired");
}

/// A guest that waits for the network.
#[test]
fn a_guest_that_waits_for_the_network() {
    let server = RawServer::new(vec![Step::Silence]);
    let url = format!("http://{}/x", server.address());
    let rule = rules::http_at(&url, &["GET"], "");
    let policy = rule.replace("[[", "[[types.work.").replace("why = \"a test\"\n", "");
    let manifest = format!("\n[command]\nargs = [{url:?}]\n{LONG}{rule}");
    let installation = installation().policy_too(&policy).tool("waiting", hostile("http_silence"), &manifest);
    let task = installation.open("work");
    let id = task.id();
    let revoke = || drop(installation.run(&["task", "revoke", &id]).exits(0).result().to_owned());
    is_stopped(&ended_by(&task, "waiting", || drop(server.log().wait_for(1)), revoke));
}

/// What stopped it is recorded.
#[test]
fn the_record_says_so() {
    let installation = installation();
    let task = installation.open("work");
    let id = task.id();
    let revoke = || drop(installation.run(&["task", "revoke", &id]).exits(0).result().to_owned());
    let (answer, _) = ended_by(&task, "spinning", spins, revoke);
    installation.run(&["audit", "show", answer["call"].as_str().unwrap()]).exits(0).says("the task was over");
    Said::by(&mut task.command(&["call", "spinning"])).fails(3, "revoked");
}

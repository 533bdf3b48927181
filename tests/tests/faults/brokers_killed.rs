//! The broker is killed at any moment of a call: nothing that it has started outlives it, and no effect is without its record.
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use toolward_tests::installation::existing;
use toolward_tests::processes::{left_by, nothing_is_left_by, within};
use toolward_tests::{Installation, Service};

use super::fixture::{Dice, effects_are_recorded, installation, with_tools};

/// A broker is killed at some moment within this time, in microseconds, which is somewhat longer than its start takes.
const LONGEST: u64 = 120_000;

fn kill_after(call: &mut Command, time: Duration) {
    let mut child = call.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(time);
    let pid = child.id();
    child.kill().unwrap();
    child.wait().unwrap();
    nothing_is_left_by(pid);
}

/// The command, which is its own broker.
#[test]
fn the_command() {
    let (installation, mut dice) = (installation(), Dice::new());
    let task = installation.open("work");
    task.call("writer", &json!({"name": "warm"})).answers("ok");
    for call in 0..40 {
        let input = json!({"name": format!("b{call}")}).to_string();
        let mut call = task.command(&["call", "writer", "--input", &input]);
        kill_after(&mut call, Duration::from_micros(dice.below(LONGEST)));
    }
    effects_are_recorded(&installation);
    task.call("writer", &json!({"name": "again"})).answers("ok");
}

/// While a compiler is at work for it.
#[test]
fn while_it_compiles() {
    let installation = with_tools(Installation::with_a_cache_of_its_own()).tool("rg", existing("rg"), "");
    let task = installation.open("work");
    let mut compilers = 0;
    for _ in 0..6 {
        let mut call = task.command(&["call", "rg", "--input", "{}"]);
        let mut child = call.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pid = child.id();
        compilers += usize::from(within(Duration::from_secs(2), || !left_by(pid).is_empty()));
        sleep(Duration::from_millis(20));
        child.kill().unwrap();
        child.wait().unwrap();
        nothing_is_left_by(pid);
    }
    assert!(compilers > 0, "no compiler was ever seen");
    installation.run(&["audit", "verify"]).exits(0);
}

/// The service: its clients hear of it, and the service that follows goes on with what was recorded.
#[test]
fn the_service() {
    let (installation, mut dice) = (installation(), Dice::new());
    for round in 0..10 {
        let mut service = Service::of(installation.clone());
        let (task, pid) = (service.open(), service.pid());
        // One waits for its next call, another works.
        service.call(&task, "good", &json!({})).answers("ok");
        let input = json!({"name": format!("s{round}")}).to_string();
        let mut call = service.holder(&task, &["call", "writer", "--input", &input]);
        let call = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        sleep(Duration::from_micros(dice.below(LONGEST)));
        service.kill();
        let killed = Instant::now();
        let output = call.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(killed.elapsed() < Duration::from_secs(2), "the client waits on: {said}");
        assert!(output.status.code() == Some(6) && said.contains("broker") || output.status.success(), "{output:?}");
        nothing_is_left_by(pid);
    }
    effects_are_recorded(&installation);
}

/// The service is asked to end: calls under way are cancelled, and its workers go with it.
#[test]
fn a_service_that_ends() {
    let installation = installation();
    let mut service = Service::of(installation.clone());
    let (task, pid) = (service.open(), service.pid());
    service.call(&task, "good", &json!({})).answers("ok");
    let mut call = service.holder(&task, &["call", "writer", "--input", r#"{"name": "t"}"#]);
    let call = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert!(within(Duration::from_secs(5), || installation.path("repo/pub/t-3").exists()));
    service.terminate();
    nothing_is_left_by(pid);
    let output = call.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    effects_are_recorded(&installation);
}

//! The worker is killed at any moment of a call: the call says so at once, and loses nothing that was recorded.
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::processes::{nothing_is_left_by, within, worker_of};
use toolward_tests::{Service, program};

use super::fixture::{Dice, WRITERS_TIME, effects_are_recorded, installation};

/// A worker is killed at some moment within this time, in microseconds, which is somewhat longer than its start takes.
const LONGEST: u64 = 50_000;
/// From the worker's end to the call's, on a machine that does other work at the same time.
const SOON: Duration = Duration::from_secs(2);

/// Starts a call, kills its worker after a while, and says what came of the call; `None` where it had ended before.
fn killed(call: &mut Command, broker: Option<u32>, after: Duration) -> Option<(String, Duration)> {
    let mut child = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let worker = worker_of(broker.unwrap_or(child.id()), Duration::from_secs(5)).expect("the call has no worker");
    sleep(after);
    worker.signal(Signal::KILL);
    let (killed, pid) = (Instant::now(), child.id());
    while child.try_wait().unwrap().is_none() {
        assert!(killed.elapsed() < WRITERS_TIME, "the call goes on without its worker");
        sleep(Duration::from_millis(1));
    }
    let took = killed.elapsed();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if broker.is_none() {
        nothing_is_left_by(pid);
    }
    match output.status.code() {
        Some(0) => None,
        Some(6) => Some((said, took)),
        other => panic!("{other:?}: {said}"),
    }
}

/// It says what became of the worker, in one line.
fn is_clear((said, took): &(String, Duration)) {
    let first = said.lines().next().unwrap_or_default();
    assert!(first.starts_with("error: ") && first.contains("worker"), "{said}");
    assert!(*took < SOON, "after {took:?}: {said}");
}

/// Through the service, a hundred times.
#[test]
fn by_the_service() {
    let (service, mut dice) = (Service::of(installation()), Dice::new());
    let task = service.open();
    service.call(&task, "writer", &json!({"name": "warm"})).answers("ok");
    service.worker().signal(Signal::KILL);
    let (mut kills, mut calls, mut slowest) = (0_u64, 1, Duration::ZERO);
    let held = rustix::process::geteuid().is_root().then(|| service.holds());
    while kills < 100 {
        calls += 1;
        assert!(calls < 400, "only {kills} of {calls} calls were still under way");
        let input = json!({"name": format!("s{calls}")}).to_string();
        let mut call = service.holder(&task, &["call", "writer", "--input", &input]);
        if let Some(said) = killed(&mut call, Some(service.pid()), Duration::from_micros(dice.below(LONGEST))) {
            is_clear(&said);
            (kills, slowest) = (kills + 1, slowest.max(said.1));
        }
    }
    println!("{kills} kills in {calls} calls, the slowest end {slowest:?} after");
    // Neither a descriptor nor an end that nobody has waited for is left of any of them.
    if let Some(held) = held {
        let as_before = || service.holds().0 <= held.0 && service.holds().1 <= held.1;
        assert!(within(Duration::from_secs(2), as_before), "{held:?} before, {:?} after", service.holds());
    }
    service.call(&task, "writer", &json!({"name": "again"})).answers("ok");
    let made = effects_are_recorded(&service.installation);
    assert!(made > 100, "only {made} files were made: the kills came too early");
    // A call that had begun has its record, which says how it ended; the others had no effect to tell of.
    let log = service.installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let told = log.iter().filter(|record| record.to_string().contains("its worker ended: signal: 9")).count();
    let begun = log.iter().filter(|record| record["kind"] == "tools" && record["op"] == "call").count();
    println!("{told} of {begun} calls have it in their record");
    let (told, begun) = (told as u64, begun as u64);
    // One that was counted, and whose worker was lost before it began, has a record too.
    let made = calls + 1 - kills;
    assert!(told > 20 && told <= kills && (told + made..=calls + 1).contains(&begun), "{told} of {begun}");
}

/// With the command as its own broker.
#[test]
fn by_the_command() {
    let (installation, mut dice) = (installation(), Dice::new());
    let task = installation.open("work");
    task.call("writer", &json!({"name": "warm"})).answers("ok");
    let mut kills = 0;
    for calls in 0..40 {
        let input = json!({"name": format!("c{calls}")}).to_string();
        let mut call = task.command(&["call", "writer", "--input", &input]);
        if let Some(said) = killed(&mut call, None, Duration::from_micros(dice.below(LONGEST))) {
            is_clear(&said);
            kills += 1;
        }
    }
    assert!(kills >= 20, "only {kills}");
    task.call("writer", &json!({"name": "again"})).answers("ok");
    effects_are_recorded(&installation);
}

/// `toolward run` says so too.
#[test]
fn by_run() {
    let installation = installation();
    let component = installation.path("toolward/manifests/writer.wasm");
    let (manifest, mount) = (component.with_extension("toml"), installation.mount("/repo", "repo"));
    let mut run = program::command(&installation.path("tmp"));
    run.arg("run").arg(&component).arg("--manifest").arg(&manifest).args(["--mount", &mount]);
    run.arg("--home").arg(installation.path("home")).args(["--", "r"]);
    let mut child = run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let worker = worker_of(child.id(), Duration::from_secs(5)).expect("the run has no worker");
    sleep(Duration::from_millis(20));
    worker.signal(Signal::KILL);
    child.wait().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(125) && said.contains("worker"), "{output:?}");
    effects_are_recorded(&installation);
}

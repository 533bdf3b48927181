//! A worker that is stopped does not keep its call beyond the call's time.
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::Service;
use toolward_tests::processes::{Process, nothing_is_left_by, worker_of};

use super::fixture::installation;

/// The time of `spinning`.
const TIME: Duration = Duration::from_millis(600);
/// What its worker has to say so itself, and what a machine that does other work takes.
const GRACE: Duration = Duration::from_millis(1500);

/// Starts a call, stops its worker, and waits for the call's end.
fn stopped(call: &mut Command, broker: Option<u32>) -> (Process, u32) {
    let began = Instant::now();
    let mut child = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let worker = worker_of(broker.unwrap_or(child.id()), Duration::from_secs(5)).unwrap();
    // By then it spins: it has not long to put its walls up.
    sleep(Duration::from_millis(250));
    worker.signal(Signal::STOP);
    let pid = child.id();
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < TIME + GRACE, "the call goes on though its worker is stopped");
        sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    (worker, pid)
}

#[test]
fn by_the_command() {
    let task = installation().open("work");
    task.call("spinning", &json!({})).answers("limit");
    let (_, pid) = stopped(&mut task.command(&["call", "spinning", "--input", "{}"]), None);
    nothing_is_left_by(pid);
}

#[test]
fn by_the_service() {
    let service = Service::of(installation());
    let task = service.open();
    service.call(&task, "spinning", &json!({})).answers("limit");
    let call = || service.holder(&task, &["call", "spinning", "--input", "{}"]);
    let (worker, _) = stopped(&mut call(), Some(service.pid()));
    assert!(worker.ends_within(Duration::from_secs(1)), "the stopped worker is still there");
    // Stopped while nobody uses it: the next call cannot know.
    service.call(&task, "spinning", &json!({})).answers("limit");
    service.worker().signal(Signal::STOP);
    let said = service.call(&task, "spinning", &json!({}));
    said.answers("limit");
    assert!(said.0.took < TIME + GRACE, "{said}");
    service.call(&task, "good", &json!({})).answers("ok");
}

//! A worker that is stopped does not keep its call beyond the call's time.
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::processes::{Process, nothing_is_left_by, worker_of};
use toolward_tests::{Said, Service};

use super::fixture::{doing, installation};

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

/// It ends with its task all the same, at once.
#[test]
fn of_a_task_that_is_over() {
    let long = doing("(loop $l (br $l))");
    let service = Service::of(installation().tool("endless", long, "\n[limits]\ntime = \"50s\"\n"));
    let task = service.open();
    let mut call = service.holder(&task, &["call", "endless", "--input", "{}"]);
    let call = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let worker = worker_of(service.pid(), Duration::from_secs(5)).unwrap();
    sleep(Duration::from_millis(250));
    worker.signal(Signal::STOP);
    Said::by(&mut service.holder(&task, &["task", "close"])).exits(0);
    assert!(worker.ends_within(Duration::from_millis(200)), "it is kept");
    assert_eq!(call.wait_with_output().unwrap().status.code(), Some(3));
}

/// One that is stopped before it is ready.
#[test]
fn before_it_is_ready() {
    let task = installation().open("work");
    let mut call = task.command(&["call", "spinning", "--input", "{}"]);
    let began = Instant::now();
    let mut child = call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    worker_of(child.id(), Duration::from_secs(5)).unwrap().signal(Signal::STOP);
    let status = child.wait().unwrap();
    nothing_is_left_by(child.id());
    assert!(matches!(status.code(), Some(5 | 6)) && began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
}

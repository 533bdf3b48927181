//! `toolward audit follow`: records as they are made, until it is interrupted.
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::fixture::three_tools;

const SOON: Duration = Duration::from_secs(10);

/// What was there before is not shown, what comes is, and of one task where one is named.
#[test]
fn it_shows_what_is_new() {
    let installation = three_tools();
    let (followed, other) = (installation.open("work"), installation.open("work"));
    followed.call("good", &json!({})).answers("ok");
    let id = followed.id();
    let mut command = installation.command(&["audit", "follow", "--json", "--task", &id]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (send, lines) = mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            drop(send.send(line));
        }
    });
    // It has begun when it shows a call: until then calls are made.
    let mut first = None;
    for _ in 0..40 {
        other.call("good", &json!({})).answers("ok");
        followed.call("bad", &json!({})).answers("failed");
        first = lines.recv_timeout(Duration::from_millis(500)).ok();
        if first.is_some() {
            break;
        }
    }
    let record: Value = serde_json::from_str(&first.expect("a record")).unwrap();
    assert_eq!((&record["task"], &record["tool"]), (&json!(id), &json!("bad")));
    while lines.try_recv().is_ok() {}
    followed.call("trapping", &json!({})).answers("failed");
    let shown = std::iter::from_fn(|| lines.recv_timeout(SOON).ok()).find(|line| line.contains("trapping"));
    let record: Value = serde_json::from_str(&shown.expect("the next record")).unwrap();
    assert_eq!(record["resource"], "trapping");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Where nobody reads any more it ends, and that is no failure.
#[test]
fn it_ends_when_nobody_reads() {
    let installation = three_tools();
    let task = installation.open("work");
    let mut command = installation.command(&["audit", "follow"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    for _ in 0..200 {
        task.call("good", &json!({})).answers("ok");
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it goes on");
}

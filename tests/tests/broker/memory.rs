//! The broker's memory is counted: what has no room is refused, and others go on.
use std::process::Stdio;

use serde_json::json;

use super::fixture::Broker;
use super::frames::ask;
use super::quotas::{until, with_quotas};

/// A call for which there is no memory waits, and is refused before anything of it was done; the broker is alive.
#[test]
fn a_call_without_memory_is_refused_and_not_made() {
    let broker = with_quotas("memory = \"64MiB\"");
    let task = broker.task();
    let mut first = broker.client(&["call", "spinning"]);
    let first = first.env("TOOLWARD_TASK", &task).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut first = first.spawn().unwrap();
    // Its memory is reserved before it is counted.
    until("the first call does not run", || broker.in_task(&task, &["task", "show", "--json"]).json()["calls"] == 1);
    broker.in_task(&task, &["call", "good"]).fails(6, "busy");
    let made = broker.records().iter().filter(|record| record["tool"] == "good").count();
    assert_eq!(made, 0, "it was recorded as made");
    // What only looks needs none.
    broker.in_task(&task, &["tool", "list"]).exits(0).says("good");
    first.kill().unwrap();
    first.wait().unwrap();
    broker.in_task(&task, &["call", "good"]).answers("ok");
}

/// A request has few values: its inputs are texts. A frame of another kind is not made into a tree.
#[test]
fn a_request_of_many_values_is_none() {
    let broker = Broker::begin();
    let task = broker.task();
    let mounts: Vec<_> = (0..5_000).map(|_| json!(["", "", true])).collect();
    let said = ask(&broker, &json!({"open": {"mounts": mounts}}));
    let message = said["failed"]["message"].as_str().unwrap();
    assert!(message.contains("65536") || message.contains("values"), "{said}");
    broker.in_task(&task, &["call", "good"]).answers("ok");
}

/// An input of more values than rules and schemas can be checked on is refused, however short each is.
#[test]
fn an_input_of_many_values_is_refused() {
    let broker = Broker::begin();
    let task = broker.task();
    let input = format!("[{}0]", "[],".repeat(300_000));
    broker.installation.write("tmp/input.json", &input);
    broker.in_task(&task, &["call", "good", "--input", "@input.json"]).fails(5, "");
    broker.in_task(&task, &["call", "good"]).answers("ok");
}

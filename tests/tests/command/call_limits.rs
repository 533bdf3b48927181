//! `limit`, 5: time, memory, output, budget.
use std::time::Duration;

use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{EVERYTHING, POLICY, hostile, spinning, taking_memory, three_tools};

fn with(component: Vec<u8>, limits: &str) -> Installation {
    Installation::new().policy(POLICY).tool("greedy", component, &format!("\n[limits]\n{limits}\n{EVERYTHING}"))
}

#[test]
fn time() {
    let said = with(spinning(), "time = \"300ms\"").open("work").call("greedy", &json!({}));
    let answer = said.answers("limit");
    let ms = answer["ms"].as_f64().unwrap();
    assert!((300.0..2_000.0).contains(&ms), "{said}");
}

/// Also where it waits in the host.
#[test]
fn time_of_one_that_sleeps() {
    let said = with(hostile("sleeping"), "time = \"300ms\"").open("work").call("greedy", &json!({}));
    said.answers("limit");
    assert!(said.0.took < Duration::from_secs(3), "{said}");
}

#[test]
fn memory() {
    with(taking_memory(), "memory = \"8MiB\"").open("work").call("greedy", &json!({})).answers("limit");
}

/// Too much output ends it.
#[test]
fn output() {
    let said =
        with(hostile("stdout_flood"), "output = \"64KiB\"\ntime = \"5s\"").open("work").call("greedy", &json!({}));
    let answer = said.answers("limit");
    assert!(answer["output"].as_str().is_none_or(|text| text.len() <= 65_536), "{said}");
    assert!(said.0.took < Duration::from_secs(4), "the output ended it, not the time: {said}");
}

/// The records of a call are limited.
#[test]
fn records() {
    with(hostile("record_flood"), "records = 300").open("work").call("greedy", &json!({})).answers("limit");
}

#[test]
fn stack() {
    with(hostile("deep_recursion"), "stack = \"256KiB\"").open("work").call("greedy", &json!({})).answers("limit");
}

/// The budget of the task's type is a limit on its calls.
#[test]
fn budget() {
    let policy = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { calls = 2 }");
    let installation = three_tools().policy(&policy);
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    task.call("bad", &json!({})).answers("failed");
    let answer = task.call("good", &json!({})).answers("limit");
    assert_eq!((&answer["output"], &answer["denied"]), (&json!(null), &json!([])));
    assert_eq!(task.run(&["task", "show", "--json"]).json()["calls"], 2);
    // A call that is refused is one: trying out what is allowed is not free.
    let refusing = super::fixture::policy_with_tools("[[types.work.tools]]\nname = \"bad\"\nallow = [\"call\"]\n");
    let refusing = refusing.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { calls = 2 }");
    let task = installation.policy(&refusing).open("work");
    task.call("good", &json!({})).answers("denied");
    task.call("bad", &json!({})).answers("failed");
    task.call("bad", &json!({})).answers("limit");
}

/// A policy lowers the manifest's limit, and never raises it.
#[test]
fn a_policy_lowers_a_limit() {
    let lower = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nlimits = { time = \"200ms\" }");
    let installation = with(spinning(), "time = \"20s\"").policy(&lower);
    let said = installation.open("work").call("greedy", &json!({}));
    said.answers("limit");
    assert!(said.0.took < Duration::from_secs(5), "{said}");
    let higher = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nlimits = { time = \"20s\" }");
    let said = with(spinning(), "time = \"200ms\"").policy(&higher).open("work").call("greedy", &json!({}));
    said.answers("limit");
    assert!(said.0.took < Duration::from_secs(5), "{said}");
}

/// What a limit ended is in the record.
#[test]
fn a_limit_is_recorded() {
    let installation = with(spinning(), "time = \"200ms\"");
    let answer = installation.open("work").call("greedy", &json!({})).answers("limit");
    let call = answer["call"].as_str().unwrap();
    let said = installation.run(&["audit", "show", call]);
    said.exits(0).says("failed").says("time");
}

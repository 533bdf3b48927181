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

/// Which limit it was, and what it allowed, is in the answer, in the record and in what `run` says.
#[test]
fn a_limit_is_named_with_what_it_allows() {
    let flood = || hostile("stdout_flood");
    for (component, line, name, allowed) in [
        (spinning(), "time = \"300ms\"", "time", "300ms"),
        (taking_memory(), "memory = \"8MiB\"", "memory", "8MiB"),
        (flood(), "output = \"64KiB\"", "output", "64KiB"),
        (hostile("record_flood"), "records = 300", "records", "300"),
        (hostile("deep_recursion"), "stack = \"256KiB\"", "stack", "256KiB"),
        (hostile("open_file_flood"), "open_files = 20", "open_files", "20"),
    ] {
        let installation = with(component, line).file("repo/pub/open.txt", "open");
        let answer = installation.open("work").call("greedy", &json!({})).answers("limit");
        assert_eq!(answer["limit"], json!({ "name": name, "allowed": allowed }), "{answer}");
        assert!(answer.get("error").is_none() && answer.get("exit_code").is_none(), "{answer}");
        let said = installation.run(&["audit", "show", answer["call"].as_str().unwrap()]);
        said.exits(0).says(&format!("the limit `{name}` was reached: {allowed}"));
    }
    let policy =
        POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { calls = 1 }\nbudget_per_day = { calls = 2 }");
    let installation = three_tools().policy(&policy);
    let limit = |name: &str| {
        let task = installation.open("work");
        let answer =
            std::iter::repeat_with(|| task.call("good", &json!({})).json()).find(|said| said["status"] != "ok");
        let allowed = if name == "budget.calls" { "1" } else { "2" };
        assert_eq!(answer.unwrap()["limit"], json!({ "name": name, "allowed": allowed }));
    };
    limit("budget.calls");
    limit("budget.calls");
    limit("budget_per_day.calls");
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

/// The bytes of a call's records are limited, and the record of the call itself is there all the same.
#[test]
fn log() {
    let installation = with(hostile("log_bytes_flood"), "log = \"64KiB\"");
    let answer = installation.open("work").call("greedy", &json!({})).answers("limit");
    let records = installation.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).exits(0).json();
    let records = records.as_array().unwrap();
    let bytes: usize = records.iter().map(|record| record.to_string().len()).sum();
    assert!(records.len() > 3 && bytes <= 64 << 10, "{} records, {bytes} bytes", records.len());
    assert_eq!(records.last().unwrap()["error"], "the limit `log` was reached: 64KiB");
}

/// What all records of a task take is a budget of its own; once it is spent, calls that are refused are counted, not recorded.
#[test]
fn log_of_a_task() {
    let policy = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { log = \"20KiB\" }");
    let installation = three_tools().policy(&policy);
    let task = installation.open("work");
    let good = || task.call("good", &json!({})).json()["status"].as_str().unwrap().to_owned();
    let ok = (0..40).take_while(|_| good() == "ok").count();
    assert!((10..=20).contains(&ok), "{ok} calls");
    let records = || {
        let all = installation.run(&["audit", "list", "--json", "--last", "1000", "--kind", "tools"]).json();
        all.as_array().unwrap().len()
    };
    let before = records();
    for _ in 0..10 {
        assert_eq!(good(), "limit");
    }
    assert!(records() <= before + 1, "{} records after {before}", records());
    task.run(&["task", "close"]).exits(0);
    let ended = installation.run(&["audit", "list", "--json", "--kind", "task", "--last", "1"]).json();
    assert!(ended[0]["unrecorded_calls"].as_u64().is_some_and(|calls| calls >= 9), "{ended}");
    installation.run(&["audit", "verify"]).exits(0);
}

/// And of an agent in a day, whichever tasks it opens.
#[test]
fn log_of_an_agents_day() {
    let policy = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget_per_day = { log = \"32KiB\" }");
    let installation = three_tools().policy(&policy);
    let mount = installation.mount("/repo", "repo");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--mount", &mount];
    let opened = (0..40).take_while(|_| installation.run(&open).0.code == Some(0)).count();
    assert!((4..=16).contains(&opened), "{opened} tasks");
    installation.run(&open).fails(5, "has reached 32KiB today");
}

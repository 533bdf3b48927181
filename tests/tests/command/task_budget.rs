//! Budgets of every unit: taken before it is used, given back where it was not, and a limit where it is spent.
use std::process::Stdio;

use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{POLICY, answering, spinning};

fn with(more: &str) -> Installation {
    let policy = POLICY.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{more}"));
    Installation::new().policy(&policy).tool("good", answering("i32.const 0"), "").shipped("read").shipped("edit")
}

const READ: &str = r#"{"path": "/repo/README.md"}"#;

/// Reaching one is a recorded `limit`, exit 5.
#[test]
fn host_calls() {
    let installation = with("budget = { host_calls = 12 }");
    let task = installation.open("work");
    let mut made = 0;
    let said = loop {
        let said = task.call_with("read", READ);
        if said.json()["status"] != "ok" {
            break said;
        }
        made += 1;
    };
    // What each call did not use of the part that it had drawn went back.
    assert!(made >= 2, "{made} calls");
    said.exits(5).answers("limit");
    let call = said.json()["call"].as_str().unwrap().to_owned();
    installation.run(&["audit", "show", &call]).exits(0).says("budget.host_calls");
}

#[test]
fn bytes_written() {
    let installation = with("budget = { written = \"40B\" }");
    let task = installation.open("work");
    let edit = |old: &str, new: &str| task.call("edit", &json!({"path": "/repo/README.md", "old": old, "new": new}));
    edit("repository", "Repository").answers("ok");
    edit("Repository", "repository").answers("ok");
    edit("repository", &"x".repeat(30)).exits(5).answers("limit");
    assert_eq!(installation.text("repo/README.md"), "# A repository\n");
}

/// CPU time, in the middle of a computation; and then no call is made any more.
#[test]
fn cpu_time() {
    let installation = with("budget = { cpu = \"300ms\" }").tool("spinning", spinning(), "");
    let task = installation.open("work");
    let ended = task.call("spinning", &json!({}));
    let answer = ended.exits(5).json();
    assert!(answer["ms"].as_f64().unwrap() < 5_000.0, "{answer}");
    task.call("good", &json!({})).exits(5).answers("limit");
}

/// A grant lowers what the policy gives.
#[test]
fn a_grant_has_budgets_too() {
    let installation = with("budget = { calls = 5 }").file("grant.toml", "schema = 1\nbudget = { calls = 1 }\n");
    let task = installation.open_with("work", &["--grant", installation.path("grant.toml").to_str().unwrap()]);
    task.call("good", &json!({})).answers("ok");
    task.call("good", &json!({})).exits(5).answers("limit");
}

/// Budgets per agent and day: a new task starts nothing afresh.
#[test]
fn an_agents_day() {
    let installation = with("budget_per_day = { calls = 2 }");
    for _ in 0..2 {
        installation.open("work").call("good", &json!({})).answers("ok");
    }
    let said = installation.open("work").call("good", &json!({}));
    said.exits(5).answers("limit");
    installation.run(&["audit", "show", said.json()["call"].as_str().unwrap()]).says("a day");
}

/// How many tasks an agent may hold, and open an hour.
#[test]
fn an_agents_tasks() {
    let installation = with("tasks = { open = 2, per_hour = 3 }");
    let first = installation.open("work");
    let _second = installation.open("work");
    let mount = installation.mount("/repo", "repo");
    let again = || installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--mount", &mount]);
    again().fails(5, "holds 2 tasks");
    first.run(&["task", "close"]).exits(0);
    again().exits(0);
    first.run(&["task", "list"]).exits(0);
    let open = installation.run(&["task", "list", "--open", "--json"]).json();
    installation.run(&["task", "close", open[0]["task"].as_str().unwrap()]).exits(0);
    again().fails(5, "within an hour");
}

/// Two processes spending the last unit of a budget: one gets it.
#[test]
fn the_last_unit_is_one_callers() {
    let installation = with("budget = { calls = 5 }");
    let task = installation.open("work");
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let mut command = task.command(&["call", "good", "--input", "{}"]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let ended: Vec<_> = calls.into_iter().map(|call| call.wait_with_output().unwrap().status.code().unwrap()).collect();
    assert_eq!(ended.iter().filter(|code| **code == 0).count(), 5, "{ended:?}");
    assert_eq!(ended.iter().filter(|code| **code == 5).count(), 7, "{ended:?}");
}

/// A hundred concurrent `call`s: none fails on a lock, none loses a record.
#[test]
fn a_hundred_calls_at_once() {
    let installation = with("");
    let task = installation.open("work");
    task.call_with("read", READ).answers("ok");
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let mut command = task.command(&["call", "read", "--input", READ]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for call in calls {
        let output = call.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    installation.run(&["audit", "verify"]).exits(0);
    let lines = installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let made = lines.iter().filter(|record| record["kind"] == "tools" && record["outcome"] == "done").count();
    assert_eq!(made, 101);
}

#[test]
fn a_budget_that_says_nothing_does_not_load() {
    let installation = with("budget = {}");
    let mount = installation.mount("/repo", "repo");
    let opened = installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--mount", &mount]);
    opened.fails(2, "the budget says nothing").fails(2, "policy.toml:");
}

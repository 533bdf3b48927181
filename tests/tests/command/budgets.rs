//! Budgets: of every unit, in policy and grant, shared by the tree, given back where they were not used.
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use toolward_tests::net::{Answer, HttpServer, rules};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{EVERYTHING, POLICY, hostile, spinning, three_tools};

fn with_type(lines: &str) -> Installation {
    let policy = POLICY.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{lines}"));
    three_tools().shipped("read").shipped("edit").policy(&policy)
}

fn good(task: &OpenTask) -> i32 {
    task.call("good", &json!({})).0.code.unwrap()
}

/// It was reached: status `limit`, exit 5, and a record whose layer is `limit`.
fn reached(task: &OpenTask, tool: &str, input: &Value) {
    let answer = task.call(tool, input).answers("limit");
    let records = task.installation().run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let limit = |record: &Value| record["call"] == answer["call"] && record["layer"] == "limit";
    let record = records.iter().find(|record| limit(record)).unwrap_or_else(|| panic!("not recorded: {answer}"));
    assert_eq!((&record["kind"], &record["verdict"]), (&json!("tools"), &json!("deny")), "{record}");
}

/// A budget of the policy and the same one of a grant hold alike.
fn in_policy_and_in_grant(budget: &str, test: impl Fn(&OpenTask)) {
    let line = format!("budget = {{ {budget} }}\n");
    test(&with_type(&line).open("work"));
    let installation = with_type("")
        .file("grant.toml", format!("schema = 1\n{line}{}", EVERYTHING.replace("why = \"it is under test\"\n", "")));
    test(&installation.open_with("work", &["--grant", installation.path("grant.toml").to_str().unwrap()]));
}

#[test]
fn of_calls() {
    in_policy_and_in_grant("calls = 1", |task| {
        task.call("good", &json!({})).answers("ok");
        reached(task, "good", &json!({}));
    });
}

/// Accesses that tools ask for. What a call did not use goes back: small calls are not cut short by what was set aside.
#[test]
fn of_host_calls() {
    in_policy_and_in_grant("host_calls = 12", |task| {
        let read = json!({"path": "/repo/README.md"});
        task.call("read", &read).answers("ok");
        task.call("read", &read).answers("ok");
        let mut made = 2;
        while task.call("read", &read).0.code == Some(0) {
            made += 1;
            assert!(made < 20, "a budget of 12 host calls never ends");
        }
        reached(task, "read", &read);
    });
}

/// Refused ones count too: a tool that tries them all out is stopped.
#[test]
fn of_host_calls_that_are_refused() {
    let installation = with_type("budget = { host_calls = 50 }").tool("prober", hostile("record_flood"), EVERYTHING);
    reached(&installation.open("work"), "prober", &json!({}));
}

/// Bytes written.
#[test]
fn of_bytes_written() {
    in_policy_and_in_grant("written = \"2KiB\"", |task| {
        let create =
            |name: &str, size: usize| json!({"path": format!("/repo/{name}"), "create": true, "new": "x".repeat(size)});
        task.call("edit", &create("a", 500)).answers("ok");
        task.call("edit", &create("b", 500)).answers("ok");
        reached(task, "edit", &create("c", 2_000));
    });
}

/// CPU time.
#[test]
fn of_cpu_time() {
    let greedy = |lines: &str| with_type(lines).tool("spinning", spinning(), "\n[limits]\ntime = \"30s\"\n");
    let task = greedy("budget = { cpu = \"300ms\" }").open("work");
    reached(&task, "spinning", &json!({}));
    // All of it is spent: not one more begins.
    reached(&task, "good", &json!({}));
    reached(&task.narrow(&[]), "good", &json!({}));
}

/// A server, and a type with a budget whose tool `ask` asks it.
fn asking(guest: &str, budget: &str) -> (HttpServer, OpenTask) {
    let server = HttpServer::plain(|_| Answer::ok("hello"));
    let url = format!("http://{}/x", server.address());
    let rule = rules::http(&url, &["GET", "POST"], "");
    let policy = rule.replace("[[", "[[types.work.").replace("why = \"a test\"\n", "");
    let manifest = format!("\n[command]\nargs = [{url:?}]\n{rule}");
    let installation = with_type(budget).policy_too(&policy).tool("ask", hostile(guest), &manifest);
    let task = installation.open("work");
    (server, task)
}

/// HTTP requests.
#[test]
fn of_requests() {
    let (server, task) = asking("http_silence", "budget = { requests = 2 }");
    task.call("ask", &json!({})).answers("ok");
    task.call("ask", &json!({})).answers("ok");
    reached(&task, "ask", &json!({}));
    assert_eq!(server.requests().len(), 2);
}

/// Bytes sent.
#[test]
fn of_bytes_sent() {
    let (server, task) = asking("http_upload_flood", "budget = { sent = \"64KiB\" }");
    reached(&task, "ask", &json!({}));
    let sent: usize = server.seen().iter().map(|seen| seen.body.len()).sum();
    assert!(sent <= 65_536, "{sent} bytes arrived");
}

/// A day's budget of an agent: a new task starts nothing afresh.
#[test]
fn of_a_day() {
    let installation = with_type("budget_per_day = { calls = 3 }");
    let one = installation.open("work");
    assert_eq!([good(&one), good(&one)], [0, 0]);
    one.run(&["task", "close"]).exits(0);
    let other = installation.open("work");
    assert_eq!(good(&other), 0);
    reached(&other, "good", &json!({}));
    reached(&installation.open("work"), "good", &json!({}));
}

/// How many tasks an agent may hold at a time.
#[test]
fn of_open_tasks() {
    let installation = with_type("tasks = { open = 2 }");
    let open = || installation.run(&["task", "open", "--agent", "coder", "--type", "work"]);
    let one = installation.open("work");
    open().exits(0);
    open().fails(5, "");
    one.run(&["task", "close"]).exits(0);
    open().exits(0);
    open().fails(5, "");
}

/// How many it may open within an hour: those that ended count.
#[test]
fn of_tasks_an_hour() {
    let installation = with_type("tasks = { per_hour = 2 }");
    for _ in 0..2 {
        installation.open("work").run(&["task", "close"]).exits(0);
    }
    installation.run(&["task", "open", "--agent", "coder", "--type", "work"]).fails(5, "");
}

fn at_once(task: &OpenTask, count: usize) -> Vec<i32> {
    let call = ["call", "good", "--input", "{}"];
    let start = || task.command(&call).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let children: Vec<Child> = (0..count).map(|_| start()).collect();
    let code = |mut child: Child| child.wait().unwrap().code().unwrap();
    let mut codes: Vec<i32> = children.into_iter().map(code).collect();
    codes.sort_unstable();
    codes
}

/// Of two processes that spend the last unit at once exactly one gets it.
#[test]
fn two_processes_spend_the_last_unit() {
    for budget in ["budget = { calls = 1 }", "budget_per_day = { calls = 1 }"] {
        for _ in 0..3 {
            assert_eq!(at_once(&with_type(budget).open("work"), 2), [0, 5], "{budget}");
        }
    }
}

/// The same for a parent and its children.
#[test]
fn a_tree_spends_the_last_units_at_once() {
    let task = with_type("budget = { calls = 3 }").open("work");
    assert_eq!(at_once(&task.narrow(&[]), 6), [0, 0, 0, 5, 5, 5]);
    assert_eq!(task.shown()["calls"], 3);
}

/// A policy that lowers a budget lowers it for the tasks that are open; one that raises it raises it for none.
#[test]
fn under_a_changed_policy() {
    let installation = with_type("budget = { calls = 3 }");
    let task = installation.open("work");
    assert_eq!(good(&task), 0);
    let changed = |to: &str| {
        let policy = POLICY.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{to}"));
        drop(installation.clone().policy(&policy));
    };
    changed("budget = { calls = 1 }");
    assert_eq!(good(&task), 5);
    changed("budget = { calls = 100 }");
    assert_eq!([good(&task), good(&task), good(&task)], [0, 0, 5]);
}

/// A unit that nothing bounded when the task was opened is counted from the change on.
#[test]
fn of_a_unit_that_a_changed_policy_bounds() {
    let installation = with_type("");
    let task = installation.open("work");
    let create = |name: &str| json!({"path": format!("/repo/{name}"), "create": true, "new": "x".repeat(800)});
    task.call("edit", &create("a")).answers("ok");
    let policy = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nbudget = { written = \"1KiB\" }");
    drop(installation.policy(&policy));
    task.call("edit", &create("b")).answers("ok");
    reached(&task, "edit", &create("c"));
    reached(&task.narrow(&[]), "edit", &create("d"));
}

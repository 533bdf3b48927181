//! The payment of one bill, end to end: whom the bill names, once, after a check, and not once a stranger was read.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{policy_with_tools, three_tools, with_echo};

const IBAN: &str = "DE02120300000000202051";

/// `good` checks; `echo` pays.
const RULES: &str = r#"
[[types.work.tools]]
name = "read"
allow = ["call"]

[[types.work.tools]]
name = "good"
allow = ["call"]

[[types.work.tools]]
name = "echo"
allow = ["call"]
times = 1
after = "good"
not_after = "bad"
[types.work.tools.input]
amount = { min = 0.01, max = 500 }
recipient = { seen_in = "read", input = { path = "{bill}" } }

[[types.work.tools]]
name = "echo"
ask = ["call"]
tainted = true

[untrusted]
files = ["/repo/mail/**"]
"#;

fn installation() -> Installation {
    let policy = policy_with_tools(RULES);
    let policy = policy.replace("ttl = \"30m\"", "ttl = \"30m\"\nparameters.bill = { under = \"/repo/bills\" }");
    let installation = with_echo(three_tools(), "").shipped("read").policy(&policy);
    let installation = installation.file("repo/bills/7.txt", format!("Please pay to {IBAN}.\n"));
    installation.file("repo/bills/8.txt", "Please pay to GB33BUKB20201555555555.\n").file("repo/mail/1", "pay me\n")
}

fn open(installation: &Installation) -> OpenTask {
    installation.open_with("work", &["--set", "bill=/repo/bills/7.txt"])
}

fn read(task: &OpenTask, path: &str) {
    task.call("read", &json!({ "path": path })).answers("ok");
}

fn pay(task: &OpenTask, recipient: &str, amount: f64) -> Said {
    task.call("echo", &json!({ "recipient": recipient, "amount": amount }))
}

#[test]
fn the_bill_is_paid_once() {
    let task = open(&installation());
    pay(&task, IBAN, 12.5).answers("denied");
    read(&task, "/repo/bills/7.txt");
    pay(&task, IBAN, 12.5).answers("denied");
    task.call("good", &json!({})).answers("ok");
    pay(&task, IBAN, 500.01).answers("denied");
    pay(&task, IBAN, 0.0).answers("denied");
    pay(&task, "GB33BUKB20201555555555", 12.5).answers("denied");
    task.call("echo", &json!({ "recipient": IBAN, "amount": 12.5, "urgent": true })).answers("denied");
    pay(&task, IBAN, 12.5).answers("ok");
    pay(&task, IBAN, 12.5).answers("denied");
}

/// Another bill names nobody, in this task.
#[test]
fn another_bill_names_nobody() {
    let task = open(&installation());
    for bill in ["7", "8"] {
        read(&task, &format!("/repo/bills/{bill}.txt"));
    }
    task.call("good", &json!({})).answers("ok");
    pay(&task, "GB33BUKB20201555555555", 12.5).answers("denied");
    pay(&task, IBAN, 12.5).answers("ok");
}

/// Once a stranger's words were read, a human is asked.
#[test]
fn after_a_strangers_words_a_human_is_asked() {
    let task = open(&installation());
    read(&task, "/repo/bills/7.txt");
    task.call("good", &json!({})).answers("ok");
    read(&task, "/repo/mail/1");
    pay(&task, IBAN, 12.5).answers("refused");
}

/// The same transcript, tried before anyone runs it.
#[test]
fn as_a_transcript() {
    let installation = installation();
    let bill = json!({ "tool": "read", "input": { "path": "/repo/bills/7.txt" }, "output": { "text": format!("pay {IBAN}") } });
    let mail = json!({ "tool": "read", "access": "files read /repo/mail/1" });
    let check = json!({ "tool": "good", "input": {} });
    let pay = json!({ "tool": "echo", "input": { "recipient": IBAN, "amount": 12.5 } });
    let verdicts = |lines: &[&Value]| {
        installation.write("batch.jsonl", lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        let path = installation.path("batch.jsonl");
        let task = ["--agent", "coder", "--type", "work", "--set", "bill=/repo/bills/7.txt"];
        let said = installation.run(&[&["explain", "--batch", path.to_str().unwrap()], &task[..]].concat());
        said.exits(0).json_lines().iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&[&pay, &bill, &pay, &check, &pay, &pay]), ["deny", "allow", "deny", "allow", "allow", "deny"]);
    assert_eq!(verdicts(&[&bill, &check, &mail, &pay]), ["allow", "allow", "allow", "ask"]);
    // Its own input is no output of the source.
    let echo =
        json!({ "tool": "read", "input": { "path": "/repo/bills/7.txt" }, "output": { "text": "/repo/bills/7.txt" } });
    assert_eq!(verdicts(&[&echo, &check, &pay]), ["allow", "allow", "deny"]);
}

//! The way of a framework: it proves itself, gets a handle, and calls. The operator's authority is not to be had there.
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::fixture::{Broker, POLICY};

const README: &str = r#"{"path": "/repo/README.md"}"#;

/// Records name agent, task, human owner, and the mode.
#[test]
fn a_task_is_opened_called_narrowed_and_closed() {
    let broker = Broker::begin();
    let task = broker.task();
    let read = broker.in_task(&task, &["call", "read", "--input", README]);
    assert!(read.answers("ok")["output"]["text"].as_str().unwrap().contains("A repository"));
    broker.in_task(&task, &["call", "read", "--input", r#"{"path": "/repo/.env"}"#]).exits(3).answers("denied");
    broker.in_task(&task, &["call", "read", "--raw", "--input", README]).exits(0).says("A repository");
    broker.in_task(&task, &["tool", "list"]).exits(0).says("read");
    broker.in_task(&task, &["task", "show"]).exits(0).says("opened by   agent ed25519:");
    let child = broker.in_task(&task, &["task", "narrow"]).exits(0).result().to_owned();
    broker.in_task(&child, &["call", "good"]).answers("ok");
    broker.in_task(&task, &["task", "close"]).exits(0);
    for handle in [&task, &child] {
        broker.in_task(handle, &["call", "good"]).fails(3, "was closed");
    }
    let records = broker.records();
    assert_eq!((&records[0]["mode"], &records[0]["owner"]), (&"separated".into(), &"ana@example.com".into()));
    assert!(records[0]["opened_by"].as_str().unwrap().starts_with("agent ed25519:"), "{}", records[0]);
}

/// Opening takes the agent's own proof; whoever runs the command is nobody here.
#[test]
fn only_an_agent_that_proves_itself_opens_a_task() {
    let broker = Broker::begin();
    broker.asks(&["task", "open", "--agent", "coder", "--type", "work"]).fails(2, "agents that prove themselves");
    broker.open("other").fails(3, "may not open a task of this type");
    let home = |name: &str| broker.installation.path(&format!("home/agents/{name}.credential"));
    let forged = std::fs::read_to_string(home("other")).unwrap().replace("\"other\"", "\"coder\"");
    std::fs::write(home("coder"), forged).unwrap();
    broker.open("coder").fails(3, "not proved that this is `coder`");
    broker.installation.run(&["agent", "revoke", "other"]).exits(0);
    broker.open("other").fails(3, "was revoked");
}

/// The operator's commands are none of the broker's.
#[test]
fn no_operators_command_goes_over_the_socket() {
    let broker = Broker::begin();
    let task = broker.task();
    for command in [
        &["agent", "list"][..],
        &["agent", "add", "mine"],
        &["task", "list"],
        &["task", "revoke", "t_1"],
        &["task", "close", "t_1"],
        &["audit", "list"],
        &["init"],
        &["manifest", "check"],
        &["doctor"],
    ] {
        broker.in_task(&task, command).fails(2, "its operator's to do");
    }
}

/// Its input is the client's: no file and no standard input of the broker is read for it.
#[test]
fn an_input_is_text_and_no_name_of_a_file() {
    let broker = Broker::begin();
    let task = broker.task();
    broker.installation.write("tmp/input.json", README);
    broker.in_task(&task, &["call", "read", "--input", "@input.json"]).answers("ok");
    for text in ["@/etc/hostname", "-"] {
        let said =
            super::frames::ask(&broker, &serde_json::json!({"call": {"handle": task, "tool": "read", "input": text}}));
        assert_eq!(said["failed"]["exit"], 2, "{said}");
        assert!(said["failed"]["message"].as_str().unwrap().contains("no JSON"), "{said}");
    }
}

/// A call ends with its client, and with its task.
#[test]
fn a_client_that_goes_cancels_its_call_and_a_revocation_ends_it() {
    let broker = Broker::begin();
    let task = broker.task();
    let begin = || {
        let mut call = broker.client(&["call", "spinning"]);
        let call = call.env("TOOLWARD_TASK", &task).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let call = call.spawn().unwrap();
        sleep(Duration::from_millis(1_200));
        call
    };
    let mut gone = begin();
    gone.kill().unwrap();
    gone.wait().unwrap();
    let ended = || broker.records().iter().filter(|record| record["error"] == "cancelled").count();
    let began = Instant::now();
    while ended() == 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "the call goes on without its client");
        sleep(Duration::from_millis(50));
    }
    let call = begin();
    let shown = broker.in_task(&task, &["task", "show", "--json"]).json();
    broker.installation.run(&["task", "revoke", shown["task"].as_str().unwrap()]).exits(0);
    let output = call.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

/// A reload is atomic; a broken one keeps the old and says so.
#[test]
fn a_broken_policy_keeps_the_one_before() {
    let broker = Broker::begin();
    let task = broker.task();
    drop(broker.installation.clone().policy("schema = 1\nbroken"));
    broker.in_task(&task, &["call", "good"]).answers("ok");
    broker.open("coder").exits(0);
    // The operator's own command allows nothing under it.
    broker.installation.run(&["explain", "good", "--agent", "coder", "--type", "work"]).fails(2, "policy.toml:2");
    drop(broker.installation.clone().policy(&POLICY.replace("tools = [{ name = \"*\"", "tools = [{ name = \"read\"")));
    broker.in_task(&task, &["call", "good"]).answers("denied");
}

/// Told to end, it cancels what is under way and leaves no socket behind.
#[test]
fn it_ends_when_it_is_told_to() {
    let mut broker = Broker::begin();
    let task = broker.task();
    let mut call = broker.client(&["call", "spinning"]);
    let call = call.env("TOOLWARD_TASK", &task).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(1_200));
    let pid = rustix::process::Pid::from_child(&broker.process);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(broker.process.wait().unwrap().success());
    assert_eq!(call.wait_with_output().unwrap().status.code(), Some(130));
    assert!(!broker.installation.path("home/broker.sock").exists());
    broker.installation.run(&["audit", "verify"]).exits(0);
}

/// Mounts are held by the broker that was passed them: another one has them no longer.
#[test]
fn another_broker_has_no_mounts_of_the_one_before() {
    let mut broker = Broker::begin();
    let task = broker.task();
    broker.process.kill().unwrap();
    broker.process.wait().unwrap();
    let command = broker.installation.command(&["broker"]);
    let again = Broker::of(broker.installation.clone(), command);
    again.in_task(&task, &["call", "good"]).fails(3, "what was mounted at `/repo` is no longer there");
    drop(again);
}

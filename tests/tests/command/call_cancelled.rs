//! `cancelled`, 130: SIGINT and SIGTERM end a call at once, whatever its guest does.
use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{EVERYTHING, POLICY, hostile, spinning};

/// How soon. A machine that does other work at the same time may miss it once, not three times.
const AT_ONCE: Duration = Duration::from_millis(100);
const TRIES: usize = 3;

fn installation() -> Installation {
    let limits = format!("\n[limits]\ntime = \"40s\"\n{EVERYTHING}");
    let installation = Installation::new().policy(POLICY).tool("spinning", spinning(), &limits);
    installation.tool("sleeping", hostile("sleeping"), &limits)
}

#[test]
fn by_sigint_while_it_spins() {
    ends_at_once("spinning", Signal::INT);
}

#[test]
fn by_sigterm_while_it_spins() {
    ends_at_once("spinning", Signal::TERM);
}

#[test]
fn by_sigint_while_it_sleeps() {
    ends_at_once("sleeping", Signal::INT);
}

/// The call is in the record, as one that was cancelled.
#[test]
fn a_cancelled_call_is_recorded() {
    let installation = installation();
    let (answer, _) = cancel(&installation.open("work"), "spinning", Signal::INT);
    installation.run(&["audit", "show", answer["call"].as_str().unwrap()]).exits(0).says("cancelled");
    installation.run(&["audit", "verify"]).exits(0);
}

fn ends_at_once(tool: &str, signal: Signal) {
    let task = installation().open("work");
    let mut took = Vec::new();
    for _ in 0..TRIES {
        let (answer, time) = cancel(&task, tool, signal);
        assert_eq!(answer["status"], "cancelled", "{answer}");
        took.push(time);
        if time < AT_ONCE {
            return;
        }
    }
    panic!("it took {took:?} after the signal");
}

/// Calls, waits until the guest is at work, sends the signal, and answers what was said and how long that took.
fn cancel(task: &OpenTask, tool: &str, signal: Signal) -> (Value, Duration) {
    let mut command = task.command(&["call", tool, "--input", &json!({}).to_string()]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until_it_listens(&child, signal);
    sleep(Duration::from_millis(100));
    let sent = Instant::now();
    kill_process(Pid::from_child(&child), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    let took = sent.elapsed();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    (serde_json::from_slice(&output.stdout).unwrap(), took)
}

/// The process handles the signal from when its call begins.
fn wait_until_it_listens(child: &Child, signal: Signal) {
    let status = format!("/proc/{}/status", child.id());
    let bit = 1_u64 << (signal.as_raw() - 1);
    for _ in 0..2_000 {
        let text = fs::read_to_string(&status).unwrap();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
        if u64::from_str_radix(caught, 16).unwrap() & bit != 0 {
            return;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("it never listened to the signal");
}

//! A call that waits for the network is cancelled as soon as any other, and ends at its deadline.
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use toolward_tests::net::{Dns, RawServer, Reply, Step, rules};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{POLICY, hostile};

/// How soon. A machine that does other work at the same time may miss it once, not three times.
const AT_ONCE: Duration = Duration::from_millis(100);
const TRIES: usize = 3;
/// Later than this it did not hear the signal at all.
const TOO_LATE: Duration = Duration::from_secs(1);

/// Servers that say nothing, and an installation whose tools wait for them: `http`, `tcp` and `dns`.
struct Silent {
    server: RawServer,
    dns: Dns,
    installation: Installation,
}

impl Silent {
    fn new(time: &str) -> Self {
        let server = RawServer::new(vec![Step::Silence]);
        let dns = Dns::new().replies("silent.test", vec![Reply::Silence]);
        let address = server.address();
        let url = format!("http://{address}/x");
        let everything = rules::http_at(&url, &["GET"], "")
            + &rules::tcp_at("127.0.0.1", server.port(), "")
            + &rules::dns(&["silent.test"]);
        let policy = format!("{POLICY}{}", everything.replace("[[", "[[types.work.").replace("why = \"a test\"\n", ""));
        let tool =
            |argument: &str| format!("\n[command]\nargs = [{argument:?}]\n\n[limits]\ntime = {time:?}\n{everything}");
        let installation = Installation::new().policy(&policy).resolver(dns.address());
        let installation = installation
            .tool("http", hostile("http_silence"), &tool(&url))
            .tool("tcp", hostile("tcp_silence"), &tool(&address.to_string()))
            .tool("dns", hostile("dns_silence"), &tool("silent.test"));
        Self { server, dns, installation }
    }

    /// Waits until the tool has come as far as its wait.
    fn wait_for(&self, tool: &str, count: usize) {
        if tool == "dns" {
            drop(self.dns.log().wait_for(count));
        } else {
            drop(self.server.log().wait_for(count));
        }
    }

    fn reached(&self, tool: &str) -> usize {
        if tool == "dns" { self.dns.log().len() } else { self.server.log().len() }
    }

    fn ends_at_once(&self, tool: &str, signal: Signal) {
        let task = self.installation.open("work");
        let mut took = Vec::new();
        for _ in 0..TRIES {
            let (answer, time) = self.cancel(&task, tool, signal);
            assert_eq!(answer["status"], "cancelled", "{answer}");
            assert!(time < TOO_LATE, "it took {time:?} after the signal");
            let call = answer["call"].as_str().unwrap();
            self.installation.run(&["audit", "show", call]).exits(0).says("cancelled");
            took.push(time);
            if time < AT_ONCE {
                return;
            }
        }
        panic!("it took {took:?} after the signal");
    }

    fn cancel(&self, task: &OpenTask, tool: &str, signal: Signal) -> (Value, Duration) {
        let before = self.reached(tool);
        let mut command = task.command(&["call", tool, "--input", &json!({}).to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        self.wait_for(tool, before + 1);
        std::thread::sleep(Duration::from_millis(50));
        let sent = Instant::now();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let took = sent.elapsed();
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        (serde_json::from_slice(&output.stdout).unwrap(), took)
    }

    fn ends_at_its_deadline(&self, tool: &str) {
        let said = self.installation.open("work").call(tool, &json!({}));
        let answer = said.answers("limit");
        let ms = answer["ms"].as_f64().unwrap();
        assert!((500.0..3_000.0).contains(&ms), "{said}");
        self.installation.run(&["audit", "verify"]).exits(0);
    }
}

#[test]
fn by_sigint_while_it_waits_for_http() {
    Silent::new("40s").ends_at_once("http", Signal::INT);
}

#[test]
fn by_sigterm_while_it_waits_for_http() {
    Silent::new("40s").ends_at_once("http", Signal::TERM);
}

#[test]
fn by_sigint_while_it_waits_for_tcp() {
    Silent::new("40s").ends_at_once("tcp", Signal::INT);
}

#[test]
fn by_sigterm_while_it_waits_for_tcp() {
    Silent::new("40s").ends_at_once("tcp", Signal::TERM);
}

#[test]
fn by_sigint_while_it_waits_for_a_name() {
    Silent::new("40s").ends_at_once("dns", Signal::INT);
}

#[test]
fn by_sigterm_while_it_waits_for_a_name() {
    Silent::new("40s").ends_at_once("dns", Signal::TERM);
}

#[test]
fn at_the_deadline() {
    let silent = Silent::new("500ms");
    ["http", "tcp", "dns"].into_iter().for_each(|tool| silent.ends_at_its_deadline(tool));
}

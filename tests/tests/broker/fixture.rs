//! A broker at work, and its clients.
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use toolward_tests::component::command;
use toolward_tests::{Installation, Said};

/// One type of task, `work`: all of `/repo`, but `.env`; every tool.
pub(crate) const POLICY: &str = r#"schema = 1
development = true
agents.coder = { owner = "ana@example.com" }
agents.other = {}

[types.work]
agents = ["coder"]
ttl = "30m"
mounts."/repo" = { under = "{root}", mode = "rw" }
files = [{ path = "/repo/**", allow = ["read", "list"] }, { path = "/repo/**/.env", deny = ["read"] }]
tools = [{ name = "*", allow = ["call"] }]
"#;

/// A component that does this and then succeeds.
pub(crate) fn doing(body: &str) -> Vec<u8> {
    command(&format!(r#"(memory 1) (func (export "run") (result i32) {body} i32.const 0)"#))
}

/// A broker, which ends with this.
pub(crate) struct Broker {
    pub(crate) installation: Installation,
    pub(crate) process: Child,
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Broker {
    /// Serves an installation with two agents, and tools `read`, `good` and `spinning`.
    pub(crate) fn begin() -> Self {
        let installation = Installation::new().policy(POLICY).shipped("read").tool("good", doing(""), "");
        let installation = installation.tool("spinning", doing("(loop $l (br $l))"), "\n[limits]\ntime = \"40s\"\n");
        for agent in ["coder", "other"] {
            installation.run(&["agent", "add", agent]).exits(0);
        }
        let home = installation.path("home");
        std::fs::set_permissions(home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let broker = installation.command(&["broker"]);
        Self::of(installation, broker)
    }

    /// Waits until it serves.
    pub(crate) fn of(installation: Installation, mut broker: Command) -> Self {
        let mut process = broker.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("serving at "), "{line}");
        Self { installation, process }
    }

    pub(crate) fn socket(&self) -> String {
        self.installation.path("home/broker.sock").to_str().unwrap().to_owned()
    }

    /// A client: it has no home.
    pub(crate) fn client(&self, arguments: &[&str]) -> Command {
        let mut command = self.installation.command(arguments);
        command.env("TOOLWARD_HOME", self.installation.path("nowhere")).env("TOOLWARD_BROKER", self.socket());
        command
    }

    pub(crate) fn asks(&self, arguments: &[&str]) -> Said {
        Said::by(&mut self.client(arguments))
    }

    pub(crate) fn in_task(&self, handle: &str, arguments: &[&str]) -> Said {
        Said::by(self.client(arguments).env("TOOLWARD_TASK", handle))
    }

    /// Opens a task for an agent, by its credential.
    pub(crate) fn open(&self, agent: &str) -> Said {
        let credential = self.installation.path(&format!("home/agents/{agent}.credential"));
        let mount = self.installation.mount("/repo", "repo");
        let options = ["--credential", credential.to_str().unwrap(), "--mount", &mount];
        self.asks(&[&["task", "open", "--agent", agent, "--type", "work"], &options[..]].concat())
    }

    /// The handle of a task of `coder`.
    pub(crate) fn task(&self) -> String {
        self.open("coder").exits(0).result().to_owned()
    }

    /// The log of tasks, by its operator.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.installation.run(&["audit", "verify"]).exits(0);
        let all = self.installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
        all.into_iter().filter(|record| record["task"] != "installation").collect()
    }
}

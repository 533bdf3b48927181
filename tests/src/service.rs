//! A broker as a service, and its clients.
use std::fs::{Permissions, set_permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::processes::{self, Process};
use crate::{Installation, Said};

/// A broker at work, which ends with this. Its installation has an agent `coder`.
#[derive(Debug)]
pub struct Service {
    /// What it serves.
    pub installation: Installation,
    process: Child,
}

impl Service {
    /// Serves an installation.
    ///
    /// # Panics
    /// Where it does not begin; as all that follow.
    #[must_use]
    pub fn of(installation: Installation) -> Self {
        Self::by(installation, |command| command)
    }

    /// Serves it by another command, made from the usual one.
    ///
    /// # Panics
    /// As [`Service::of`].
    #[must_use]
    pub fn by(installation: Installation, other: impl FnOnce(Command) -> Command) -> Self {
        set_permissions(installation.path("home"), Permissions::from_mode(0o700)).unwrap();
        if !installation.path("home/agents/coder.credential").exists() {
            installation.run(&["agent", "add", "coder"]).exits(0);
        }
        let mut process = other(installation.command(&["broker"]));
        let mut process = process.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("serving at "), "{line}");
        Self { installation, process }
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Its workers.
    #[must_use]
    pub fn workers(&self) -> Vec<Process> {
        processes::workers_of(self.pid())
    }

    /// Its only worker.
    ///
    /// # Panics
    /// Where there is none, or more than one.
    #[must_use]
    pub fn worker(&self) -> Process {
        let workers = self.workers();
        let [worker] = &workers[..] else { panic!("not one worker: {workers:?}") };
        worker.clone()
    }

    /// A client, which has no home.
    #[must_use]
    pub fn client(&self, arguments: &[&str]) -> Command {
        let mut command = self.installation.command(arguments);
        let (nowhere, socket) = (self.installation.path("nowhere"), self.installation.path("home/broker.sock"));
        command.env("TOOLWARD_HOME", nowhere).env("TOOLWARD_BROKER", socket);
        command
    }

    /// A client that holds a task.
    #[must_use]
    pub fn holder(&self, handle: &str, arguments: &[&str]) -> Command {
        let mut command = self.client(arguments);
        command.env("TOOLWARD_TASK", handle);
        command
    }

    /// Opens a task of type `work` for `coder`, with `repo` at `/repo`; answers its handle.
    #[must_use]
    pub fn open(&self) -> String {
        let credential = self.installation.path("home/agents/coder.credential").display().to_string();
        let mount = self.installation.mount("/repo", "repo");
        let proof = ["--credential", &credential, "--mount", &mount];
        let open = [&["task", "open", "--agent", "coder", "--type", "work"], &proof[..]].concat();
        Said::by(&mut self.client(&open)).exits(0).result().to_owned()
    }

    /// Calls a tool.
    #[must_use]
    pub fn call(&self, handle: &str, tool: &str, input: &Value) -> Said {
        Said::by(&mut self.holder(handle, &["call", tool, "--input", &input.to_string()]))
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    /// Where it does not end well.
    pub fn terminate(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }

    /// How many descriptors it has open, and how many children it has, those among them that have ended.
    ///
    /// # Panics
    /// Where this user may not look.
    #[must_use]
    pub fn holds(&self) -> (usize, usize) {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap().count();
        (open, processes::children_of(self.pid()).len())
    }

    /// Kills it, as by `kill -9`, and waits for its end.
    ///
    /// # Panics
    /// Where it cannot be killed.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

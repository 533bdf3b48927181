//! A task that is open, and the calls made in it.
use std::process::Command;

use serde_json::Value;

use crate::installation::Installation;
use crate::said::Said;

/// What a framework holds: the handle of a task.
#[derive(Debug, Clone)]
pub struct OpenTask {
    installation: Installation,
    handle: String,
}

impl OpenTask {
    pub(crate) fn new(installation: Installation, handle: &str) -> Self {
        assert!(!handle.contains(char::is_whitespace), "`task open` prints the handle alone: {handle}");
        Self { installation, handle: handle.to_owned() }
    }

    /// Where it is open.
    #[must_use]
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The handle.
    #[must_use]
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// The task's identifier.
    ///
    /// # Panics
    /// Where the task is not known.
    #[must_use]
    pub fn id(&self) -> String {
        self.run(&["task", "show", "--json"]).exits(0).json()["task"].as_str().unwrap().to_owned()
    }

    /// A command line with the handle in `TOOLWARD_TASK`.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.installation.command(arguments);
        command.env("TOOLWARD_TASK", &self.handle);
        command
    }

    /// Runs a command with the handle in `TOOLWARD_TASK`.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::by(&mut self.command(arguments))
    }

    /// Narrows the task: what a sub-agent holds.
    #[must_use]
    pub fn narrow(&self, options: &[&str]) -> Self {
        let narrowed = self.run(&[&["task", "narrow"], options].concat());
        Self::new(self.installation.clone(), narrowed.exits(0).result())
    }

    /// The same with this grant.
    #[must_use]
    pub fn narrow_to(&self, grant: &str) -> Self {
        self.installation.write("grant.toml", format!("schema = 1\n{grant}"));
        self.narrow(&["--grant", self.installation.path("grant.toml").to_str().unwrap()])
    }

    /// What the operator is told of it.
    #[must_use]
    pub fn shown(&self) -> Value {
        self.run(&["task", "show", "--json"]).exits(0).json()
    }

    /// Calls a tool.
    #[must_use]
    pub fn call(&self, tool: &str, input: &Value) -> Said {
        self.call_with(tool, &input.to_string())
    }

    /// Calls a tool in vain; the log, which is the operator's, says this of it.
    ///
    /// # Panics
    /// Where it does not, or the call ends otherwise.
    pub fn logs_why(&self, tool: &str, code: i32, because: &str) {
        let mut command = self.command(&["call", tool]);
        let said = Said::by(command.env("TOOLWARD_LOG", "info"));
        said.exits(code);
        assert!(said.0.stderr.contains(because), "the log does not say `{because}`: {said}");
    }

    /// Calls a tool with an input in these very words.
    #[must_use]
    pub fn call_with(&self, tool: &str, input: &str) -> Said {
        self.run(&["call", tool, "--input", input])
    }
}

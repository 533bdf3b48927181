//! Where guests run: in this process, or each tool of each task in a process of its own.
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure};
use crate::notice::Notice;
use crate::walls::{Enforced, Level};
use crate::worker::{Workers, has_entry};

/// Where guests run.
#[derive(Clone)]
pub enum Isolation {
    /// In this process: behind the component sandbox alone.
    InProcess,
    /// In workers: behind both walls.
    Worker(Arc<Workers>),
}

/// `isolation` in a home's `config.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationConfig {
    /// Each tool of each task in a process of its own.
    #[default]
    Worker,
    /// All of them in the broker's process.
    InProcess,
}

impl IsolationConfig {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What was said. A program that cannot be started as a worker ([`worker_main`](crate::worker::worker_main)) runs guests in
    /// its own process, and is told so.
    #[must_use]
    pub fn isolation(self) -> Isolation {
        match self {
            Self::Worker if has_entry() => Isolation::Worker(Arc::new(Workers::new())),
            Self::Worker => {
                tracing::warn!("guests run in this process: its `main` does not begin with `toolward::worker_main()`");
                Isolation::InProcess
            }
            Self::InProcess => Isolation::InProcess,
        }
    }
}

impl Isolation {
    /// The level that this machine gives.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::InProcess => Level::InProcess,
            Self::Worker(_) => Enforced::here().level(),
        }
    }

    /// Has a process started for the next new worker, where guests run in workers.
    pub fn prepare(&self) {
        if let Self::Worker(workers) = self {
            workers.prepare();
        }
    }

    /// Ends the workers that wait for a call, where there are any.
    pub fn let_go(&self) {
        if let Self::Worker(workers) = self {
            workers.let_go();
        }
    }

    /// Checks that it gives what a policy demands. A policy that demands nothing gets workers behind Landlock and seccomp, or
    /// what the operator's configuration chose: a wall that is missing is never passed over in silence.
    ///
    /// # Errors
    /// Where it does not: nothing is run.
    pub fn gives(&self, least: Option<Level>) -> Result<(), Failure> {
        let Some(least) = least else {
            return match self {
                Self::InProcess => Ok(()),
                Self::Worker(_) => both_walls(Enforced::here()),
            };
        };
        let level = self.level();
        if level >= least {
            return Ok(());
        }
        let message = format!("the policy demands isolation \"{least}\", and here it is \"{level}\" ({self})");
        Err(Failure::new(Exit::Internal, message).help("`toolward doctor` says what is missing"))
    }
}

/// Checks that this machine has both parts of the second wall, in whatever version.
pub(crate) fn both_walls(here: Enforced) -> Result<(), Failure> {
    let (missing, level) = match here {
        Enforced { seccomp: false, .. } => ("seccomp", Level::Process),
        Enforced { landlock: 0, .. } => ("Landlock", Level::Worker),
        Enforced { .. } => return Ok(()),
    };
    let message = format!("this machine does not provide `{missing}`, which keeps tools in their worker");
    let help = format!("`toolward doctor` lists what is missing; a policy accepts less with `isolation = \"{level}\"`");
    Err(Failure::new(Exit::Internal, message).help(help).notice(Notice::HostLacks(missing)))
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess => f.write_str("in-process"),
            Self::Worker(_) => write!(f, "worker: {}", Enforced::here()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This program's `main` is the test harness's: it cannot be a worker, and never is a copy of itself.
    #[test]
    fn without_an_entry_guests_run_in_this_process() {
        let isolation = IsolationConfig::Worker.isolation();
        assert!(matches!(isolation, Isolation::InProcess));
        assert_eq!(isolation.level(), Level::InProcess);
        isolation.gives(None).unwrap();
        assert!(isolation.gives(Some(Level::Worker)).is_err());
    }
    /// A policy that demands nothing still wants each part of the second wall, and is told which one is missing.
    #[test]
    fn a_missing_wall_is_named() {
        both_walls(Enforced { landlock: 1, seccomp: true }).unwrap();
        for (here, name) in [
            (Enforced { landlock: 0, seccomp: true }, "Landlock"),
            (Enforced { landlock: 7, seccomp: false }, "seccomp"),
            (Enforced { landlock: 0, seccomp: false }, "seccomp"),
        ] {
            let failure = both_walls(here).unwrap_err();
            assert!(failure.exit == Exit::Internal && failure.message.contains(name), "{failure}");
        }
    }
}

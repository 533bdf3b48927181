//! How a command fails: an exit code, one line in the user's words, and what to do about it.
use std::fmt;

/// The exit codes of the contract (`toolward help`, "exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The tool itself failed; for `audit verify`: the log does not hold.
    ToolFailed = 1,
    /// Wrong usage, or a file that cannot be loaded.
    Usage = 2,
    /// Denied by scope, an ended task, a revoked agent.
    Denied = 3,
    /// A human's answer was needed and did not come, or was no.
    Refused = 4,
    /// A limit was reached.
    Limit = 5,
    /// Toolward could not do its work: state, log, worker.
    Internal = 6,
    /// `run` only: a limit ended the tool.
    RunLimit = 124,
    /// `run` only: Toolward could not run the tool.
    RunUsage = 125,
    /// Cancelled by a signal.
    Cancelled = 130,
    /// `run` only: the tool trapped.
    RunTrapped = 134,
}

impl Exit {
    /// The code of this number; what is none of the contract's is Toolward's own failure.
    #[must_use]
    pub fn of(number: u8) -> Self {
        let all =
            [Self::Done, Self::ToolFailed, Self::Usage, Self::Denied, Self::Refused, Self::Limit, Self::Cancelled];
        all.into_iter().find(|exit| *exit as u8 == number).unwrap_or(Self::Internal)
    }
}

/// An error as a command shows it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One line: lower case, no full stop, backticks round what the user wrote.
    pub message: String,
    /// Further lines, as the line of a file with a caret.
    pub detail: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Failure {
    /// A failure with a message alone.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), detail: None, help: None }
    }

    /// Wrong usage, or a file that cannot be loaded.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Toolward could not do its work.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds further lines.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(detail) = &self.detail {
            write!(f, "\n{}", detail.trim_end())?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

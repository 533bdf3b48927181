//! How a command fails: an exit code, one line in the user's words, and what to do about it.
use std::path::Path;
use std::{fmt, io};

use toolward_host_fns::files::MountError;
use toolward_host_fns::shortage::Shortage;

use crate::notice::{Code, Notice};

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
    /// What of it an agent is told; where nothing was said, that it cannot be done.
    pub notice: Option<Box<Notice>>,
    /// What kind of error a broker said that it is, where it came from one.
    pub told_code: Option<Code>,
}

impl Failure {
    /// A failure with a message alone.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), detail: None, help: None, notice: None, told_code: None }
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

    /// What a user named cannot be used: wrong usage, unless this machine is short of what that takes.
    #[must_use]
    pub fn of_io(what: impl fmt::Display, error: &io::Error) -> Self {
        match Shortage::of_io(error) {
            Some(shortage) => Self::short(format!("{what}: {error}"), shortage),
            None => Self::usage(format!("{what}: {error}")),
        }
    }

    /// The same where it is Toolward's own work in any case.
    #[must_use]
    pub fn of_own_io(what: impl fmt::Display, error: &io::Error) -> Self {
        Self { exit: Exit::Internal, ..Self::of_io(what, error) }
    }

    /// As [`Failure::of_io`], of a file or directory.
    pub fn at(path: &(impl AsRef<Path> + ?Sized)) -> impl Fn(io::Error) -> Self + Copy {
        let path = path.as_ref();
        move |error| Self::of_io(format_args!("`{}`", path.display()), &error)
    }

    /// This machine, or this process, is short of something: nobody's fault who calls.
    #[must_use]
    pub fn short(message: impl Into<String>, shortage: Shortage) -> Self {
        Self::internal(message)
            .help(match shortage {
                Shortage::Descriptors => "let fewer calls run at once, or raise the limit (`ulimit -n`)",
                Shortage::Memory => "let fewer calls run at once, or raise the limit (`ulimit -v`, a cgroup's)",
                Shortage::Room => "make room",
                Shortage::SystemCall => "`toolward doctor` lists what is missing here",
            })
            .notice(Notice::Short(shortage))
    }

    /// What kind of error it is, for programs: as the notice says, else as the exit code does.
    #[must_use]
    pub fn code(&self) -> Code {
        let of_notice = self.notice.as_ref().map(|notice| notice.code());
        self.told_code.or(of_notice).unwrap_or(match self.exit {
            Exit::Usage | Exit::RunUsage => Code::BadInput,
            Exit::Denied | Exit::Refused => Code::NotAllowed,
            Exit::Limit | Exit::RunLimit => Code::Limit,
            _ => Code::Unavailable,
        })
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do about it where nothing was said yet.
    #[must_use]
    pub fn or_help(self, help: impl Into<String>) -> Self {
        if self.help.is_some() { self } else { self.help(help) }
    }

    /// Adds further lines.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl From<MountError> for Failure {
    fn from(error: MountError) -> Self {
        match error {
            MountError::Short(_, shortage) => Self::short(error.to_string(), shortage),
            error => Self::usage(error.to_string()),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_is_no_wrong_usage() {
        for errno in [libc::EMFILE, libc::ENFILE, libc::ENOMEM, libc::ENOSPC, libc::EDQUOT] {
            let failure = Failure::at("/f")(io::Error::from_raw_os_error(errno));
            assert!(failure.exit == Exit::Internal && failure.help.is_some(), "{failure}");
        }
        for errno in [libc::ENOENT, libc::EACCES, libc::EISDIR] {
            assert_eq!(Failure::at("/f")(io::Error::from_raw_os_error(errno)).exit, Exit::Usage);
            assert_eq!(Failure::of_own_io("it", &io::Error::from_raw_os_error(errno)).exit, Exit::Internal);
        }
    }
}

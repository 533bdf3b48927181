//! The command as a client of a broker that another user runs.
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::failure::{Exit, Failure};
use crate::protocol::{Answer, MOST_ANSWERED, Request, receive, send_with_descriptors};

/// A connection to a broker.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Where nobody listens there, or this user may not connect.
    pub fn connect(socket: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::internal(format!("no broker answers at `{}`: {error}", socket.display()))
                .help("`toolward broker` starts one; `--broker` or `TOOLWARD_BROKER` names its socket")
        };
        Ok(Self { stream: UnixStream::connect(socket).map_err(failed)? })
    }

    /// Asks one thing.
    ///
    /// # Errors
    /// Where the broker is gone, or did not do it.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        self.ask_with(request, &[])
    }

    /// The same with descriptors.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub fn ask_with(&mut self, request: &Request, descriptors: &[BorrowedFd<'_>]) -> Result<Answer, Failure> {
        // What is long is taken only of who has proved itself.
        if request.may_be_long()
            && let Some(proof) = request.proof()
        {
            self.ask_once(&proof, &[])?;
        }
        self.ask_once(request, descriptors)
    }

    fn ask_once(&mut self, request: &Request, descriptors: &[BorrowedFd<'_>]) -> Result<Answer, Failure> {
        let lost = |error: std::io::Error| Failure::internal(format!("the broker was lost: {error}"));
        // A broker that would not read says why, and then is gone: its word is worth more than the broken pipe.
        let sent = send_with_descriptors(&mut self.stream, request, descriptors);
        match receive::<Answer>(&mut self.stream, MOST_ANSWERED) {
            Ok(Some(answer)) => answer.done(),
            Ok(None) => Err(sent.map_err(lost).err().unwrap_or_else(|| {
                Failure::new(Exit::Internal, "the broker has ended").help("start it again, and open a task anew")
            })),
            Err(error) => Err(lost(sent.err().unwrap_or(error))),
        }
    }
}

/// An answer to another question.
#[must_use]
pub fn unasked() -> Failure {
    Failure::internal("the broker answered something else than it was asked")
}

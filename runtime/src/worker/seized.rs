//! What native code in a worker can do with its socket: for the tests of the walls, and in no program that is shipped.
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use toolward_host_fns::door::{FileId, Reply, Request};
use toolward_host_fns::program::Ended;
use toolward_host_fns::record::Totals;

use super::channel::parsed;
use super::link::Link;
use super::wire::{FromWorker, MOST_ASKED};
use crate::call::Ending;
use crate::walls::Enforced;

/// What a worker does instead of running guests: what came with the call is given, what it answers is the output.
pub type Native = fn(worker: &Seized, args: &[String]) -> Vec<u8>;

/// A worker that was taken over.
pub struct Seized(pub(super) Arc<Link>);

/// A message that no worker sends at that point, or never.
#[derive(Debug, Clone, Copy)]
pub enum Forged {
    /// Its walls, once more.
    Walled,
    /// An export that nobody asked for.
    Linked,
    /// How the broker has ended it.
    EndedByTheBroker,
    /// So many bytes of output at once.
    Output(usize),
    /// The same question twice under one number.
    Twice,
    /// A number that was never given is closed, with what never passed.
    CloseUnknown,
}

impl Seized {
    /// Asks, and waits for the answer.
    #[must_use]
    pub fn ask(&self, request: Request) -> Reply {
        let id = self.0.ask(|id| FromWorker::Ask(id, request));
        self.0.answer_now(id)
    }

    /// Asks, and does not wait.
    pub fn ask_only(&self, request: Request) {
        self.0.ask(|id| FromWorker::Ask(id, request));
    }

    /// Says that it knows the answer already.
    pub fn mention(&self, request: Request) {
        self.0.tell(&FromWorker::Mention(request));
    }

    /// Lets go of a file, and says that so much was read from it.
    pub fn close_file(&self, id: FileId, read: u64) {
        self.0.tell(&FromWorker::CloseFile(id, Totals { read, ..Totals::default() }));
    }

    /// Says something that it should not.
    pub fn forge(&self, forged: Forged) {
        match forged {
            Forged::Walled => self.0.tell(&FromWorker::Walled(Enforced { landlock: 99, seccomp: true })),
            Forged::Linked => self.0.tell(&FromWorker::Linked(Ok(None))),
            Forged::EndedByTheBroker => {
                let ending = Ending::Worker { how: "by the broker".to_owned(), hostile: false };
                self.0.tell(&FromWorker::Ended(ending));
            }
            Forged::Output(bytes) => self.0.tell(&FromWorker::Output(vec![b'x'; bytes])),
            Forged::Twice => {
                let wait =
                    || Request::Network(toolward_host_fns::door::NetworkRequest::Lookup { name: "a.test".into() });
                self.0.tell(&FromWorker::Ask(7_777_777, wait()));
                self.0.tell(&FromWorker::Ask(7_777_777, wait()));
            }
            Forged::CloseUnknown => self.close_file(FileId(4_000_000), 1),
        }
    }

    /// Ends the call as a guest does that has done what it should.
    pub fn end(&self) {
        self.0.tell(&FromWorker::Ended(Ending::Exit(Ended::Success)));
    }
}

/// A question under a number, as a frame.
#[must_use]
pub fn question(id: u32, request: Request) -> Vec<u8> {
    frame(&FromWorker::Ask(id, request))
}

/// That a file was let go of, as a frame.
#[must_use]
pub fn closing(id: FileId) -> Vec<u8> {
    frame(&FromWorker::CloseFile(id, Totals::default()))
}

fn frame(message: &FromWorker) -> Vec<u8> {
    let body = postcard::to_extend(message, Vec::new()).unwrap_or_default();
    let length = u32::try_from(body.len()).unwrap_or_default();
    [&length.to_le_bytes()[..], &body].concat()
}

/// Whether a frame is a message that a worker may send: for tests and fuzzers of what a broker parses.
#[must_use]
pub fn is_message(frame: &[u8]) -> bool {
    frame.len() <= MOST_ASKED && parsed::<FromWorker>(frame).is_ok()
}

/// Sends bytes on a socket, with a descriptor where there is one: the error's number where that fails.
///
/// # Errors
/// The operating system's.
pub fn send(socket: BorrowedFd<'_>, bytes: &[u8], descriptor: Option<BorrowedFd<'_>>) -> std::io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptor = descriptor.map(|descriptor| [descriptor]);
    if let Some(descriptor) = &descriptor {
        ancillary.push(SendAncillaryMessage::ScmRights(descriptor));
    }
    Ok(sendmsg(socket.as_fd(), &[IoSlice::new(bytes)], &mut ancillary, SendFlags::NOSIGNAL)?)
}

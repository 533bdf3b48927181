//! The seam: what a view asks, what it is answered, and the one method between them.
//!
//! Both sides are plain, bounded, serialisable data plus descriptors that the answer carries: no store, closure or
//! borrow crosses, so that the same trait can stand before a socket. A view never acts; it only asks.
pub mod bounds;
pub mod listed;
mod network;

use std::future::Future;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use serde::{Deserialize, Serialize};

use toolward_manifests::Unit;

use crate::record::Totals;
pub use network::{BodyLength, HeaderFields, HttpHead, NetworkFault, NetworkReply, NetworkRequest, Patience, StreamId};

/// A directory that the door holds open for the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DirId(pub u32);

/// A file that was opened through the door; its record is closed with this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A path as the guest gave it, relative to a directory that the door holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The directory.
    pub dir: DirId,
    /// The path, not yet looked at.
    pub path: String,
    /// Whether a symbolic link in the last place is followed.
    pub follow: bool,
}

/// How something is to be opened: `wasi:filesystem/types` `open-flags` and `descriptor-flags`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "these are the independent flags of wasi:filesystem `open-at`")]
pub struct OpenFlags {
    /// Make it where it does not exist.
    pub create: bool,
    /// Fail where it exists.
    pub exclusive: bool,
    /// Cut it to nothing.
    pub truncate: bool,
    /// It must be a directory.
    pub directory: bool,
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
}

/// A new access or modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewTime {
    /// As it is.
    Keep,
    /// The host's present.
    Now,
    /// Seconds and nanoseconds since 1970.
    At {
        /// Seconds.
        seconds: u64,
        /// Nanoseconds below one second.
        nanoseconds: u32,
    },
}

/// Both times of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTimes {
    /// The last access.
    pub accessed: NewTime,
    /// The last modification.
    pub modified: NewTime,
}

/// One thing a guest asks of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Open a file or directory.
    Open(At, OpenFlags),
    /// Metadata by path.
    StatAt(At),
    /// Metadata of an open directory.
    StatDir(DirId),
    /// Times by path.
    SetTimesAt(At, NewTimes),
    /// Times of an open directory.
    SetTimesDir(DirId, NewTimes),
    /// Times of a file that is open for writing.
    SetTimesFile(FileId, NewTimes),
    /// Flush an open directory.
    SyncDir(DirId),
    /// The entries of an open directory, with the identity of each.
    Entries(DirId),
    /// Device and inode by path.
    IdentityAt(At),
    /// Make a directory.
    CreateDirectory(At),
    /// Remove an empty directory.
    RemoveDirectory(At),
    /// Remove a file or link.
    Unlink(At),
    /// The text of a symbolic link.
    ReadLink(At),
    /// Make a symbolic link.
    SymLink {
        /// What the link says.
        target: String,
        /// Where it will stand.
        at: At,
    },
    /// Make a hard link.
    Link {
        /// The file.
        from: At,
        /// The new name.
        to: At,
    },
    /// Give another name.
    Rename {
        /// The present name.
        from: At,
        /// The new name.
        to: At,
    },
    /// The environment, as far as rules open it.
    Environment,
    /// Something of the network.
    Network(NetworkRequest),
}

impl Request {
    /// Whether it may put another object in the place of a name.
    pub fn changes_names(&self) -> bool {
        match self {
            Self::Open(_, flags) => flags.create,
            Self::CreateDirectory(_)
            | Self::RemoveDirectory(_)
            | Self::Unlink(_)
            | Self::SymLink { .. }
            | Self::Link { .. }
            | Self::Rename { .. } => true,
            _ => false,
        }
    }

    /// Whether it opens something that is there, to read it.
    pub fn opens_to_read(&self) -> bool {
        matches!(self, Self::Open(_, flags) if !flags.create && !flags.truncate && !flags.write)
    }
}

/// What kind of thing a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    SymLink,
    /// Anything else: a device, a FIFO, a socket. It is never opened.
    Other,
}

/// Metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// What it is.
    pub kind: FileKind,
    /// Hard links.
    pub links: u64,
    /// Bytes.
    pub size: u64,
    /// Last access: seconds and nanoseconds since 1970.
    pub accessed: (i64, u32),
    /// Last modification.
    pub modified: (i64, u32),
    /// Last change of the metadata.
    pub changed: (i64, u32),
    /// Which object it is.
    pub identity: Identity,
}

/// Device and inode.
pub type Identity = (u64, u64);

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// What it stands for.
    pub kind: FileKind,
    /// Which object it stands for, where that is known.
    pub identity: Option<Identity>,
}

/// Why something did not happen, as far as the guest may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Refused, whatever the reason.
    Refused,
    /// A rename or link that would change what rules say of the object: the guest copies instead.
    CrossDevice,
    /// The operating system's error number.
    Os(i32),
    /// What went wrong on the network.
    Network(NetworkFault),
    /// The call has reached a limit and ends.
    Limit(Limit),
    /// The call's task is over, and the call with it.
    Over,
    /// The host could not do its work, the record above all: the call ends.
    Broken,
}

/// A limit that ends a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Wall-clock time.
    Time,
    /// Linear memory.
    Memory,
    /// Tables, instances or memories.
    Instances,
    /// Standard output and standard error.
    Output,
    /// Handles of every kind.
    Handles,
    /// Open files and directories.
    OpenFiles,
    /// Records of host calls.
    Records,
    /// Bytes of the call's records.
    Log,
    /// The wasm stack.
    Stack,
    /// HTTP requests, connections and name lookups.
    Requests,
    /// Connections and exchanges open at a time.
    Connections,
    /// Bytes sent over the network.
    Sent,
    /// Bytes received over the network.
    Received,
    /// What the task may use up of a unit, all of its calls together.
    Budget(Unit),
}

/// What the door answers.
#[derive(Debug)]
pub enum Reply {
    /// It was done.
    Done,
    /// A file, opened.
    File {
        /// For closing its record.
        id: FileId,
        /// The open file.
        fd: OwnedFd,
    },
    /// A directory, which the door keeps.
    Dir(DirId),
    /// Metadata.
    Stat(Stat),
    /// Which object it is.
    Identity(Identity),
    /// Names.
    Entries(Vec<Entry>),
    /// A link's text.
    Text(String),
    /// Variables.
    Environment(Vec<(String, String)>),
    /// Of the network.
    Network(NetworkReply),
    /// It did not happen.
    Fault(Fault),
}

/// A future that a door answers with.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

/// The only way from a guest to the world.
pub trait Door: Send + Sync {
    /// Decides, records and does what is asked.
    fn perform(&self, request: Request) -> Answer<'_>;

    /// The same for a request that its interface must answer at once: those that no door waits for.
    fn perform_now(&self, request: Request) -> Reply {
        match self.perform(request).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(reply) => reply,
            Poll::Pending => Reply::Fault(Fault::Broken),
        }
    }

    /// A guest let go of a file: its record is closed with what passed.
    fn close_file(&self, id: FileId, totals: Totals);

    /// A guest let go of a directory.
    fn close_dir(&self, id: DirId);

    /// A guest let go of a connection or an exchange: it ends, and its record is closed.
    fn close_stream(&self, id: StreamId);

    /// Takes from the task's budget of bytes written, before a guest writes so many to its files.
    ///
    /// # Errors
    /// [`Fault::Limit`] where not so much is left.
    fn may_write(&self, bytes: u64) -> Result<(), Fault>;

    /// The guest has ended: whatever it still held ends with it, and nothing more is opened on the network.
    fn end(&self);

    /// The mounts: guest path and the directory that stands for it.
    fn preopens(&self) -> Vec<(DirId, String)>;
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Instances => "instances",
            Self::Output => "output",
            Self::Handles => "handles",
            Self::OpenFiles => "open_files",
            Self::Records => "records",
            Self::Log => "log",
            Self::Stack => "stack",
            Self::Requests => "requests",
            Self::Connections => "connections",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Budget(unit) => return write!(f, "budget.{}", unit.word()),
        })
    }
}

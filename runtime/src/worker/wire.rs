//! What crosses the socket between broker and worker: typed, bounded, and parsed as hostile input on the broker's side.
use serde::{Deserialize, Serialize};
use toolward_host_fns::door::bounds::list;
use toolward_host_fns::door::{DirId, Entry, Fault, FileId, NetworkReply, Reply, Request, Stat, StreamId};
use toolward_host_fns::guest::Start;
use toolward_host_fns::program::NoFunction;
use toolward_host_fns::record::Totals;
use toolward_manifests::Limits;

use crate::call::Ending;
use crate::engine::Unfit;
use crate::walls::Enforced;

/// The longest frame that a broker takes, in bytes. No sound worker sends a longer one: see `worker/sizes.rs`.
pub(super) const MOST_ASKED: usize = 1 << 20;
/// The longest frame that a worker takes, in bytes: a listing of the largest directory, an input of the longest kind.
pub(super) const MOST_ANSWERED: usize = 2 << 30;
/// As many bytes of output go into one frame.
pub(super) const PART: usize = 256 << 10;
/// The longest signature of a function, in bytes of JSON. One whose types take more cannot be called.
pub(super) const MAX_SIGNATURE: usize = 512 << 10;
/// The longest text by which a worker says what is wrong, in characters; and the longest name of an export.
pub(super) const MAX_WORDS: usize = 1000;
/// The most exports that are named where one is missing.
pub(super) const MAX_EXPORTS: usize = 100;

/// What a worker is started for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// The wasm stack of its guests, in bytes.
    pub(crate) stack: u64,
    /// Memory of its own, in bytes.
    pub(crate) memory: u64,
    /// Files that are open at a time.
    pub(crate) open_files: u32,
    /// Whether its scope holds a write.
    pub(crate) writes: bool,
}

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    /// The export that is called; none where it is a command.
    pub(super) function: Option<String>,
    /// Of a function its input, as JSON.
    pub(super) input: Option<Vec<u8>>,
    /// Arguments, standard input, working directory.
    pub(super) start: Start,
    /// What the call may use: the broker holds it to that, too.
    pub(super) limits: Limits,
    /// The mounts.
    pub(super) preopens: Vec<(DirId, String)>,
    /// Whether the task's budget counts bytes written: then they are asked for before they are.
    pub(super) counts_written: bool,
}

/// What a broker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToWorker {
    /// The first: what it is for. The code's memory comes with it.
    Setup(Setup),
    /// Make an export ready, or the command.
    Link(Option<String>),
    /// Run it.
    Run(Box<Run>),
    /// The answer to a question.
    Reply(u32, Said),
}

/// [`Reply`] as it crosses: a file's descriptor travels beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Said {
    Done,
    File(FileId),
    Dir(DirId),
    Stat(Stat),
    Identity((u64, u64)),
    Entries(Vec<Entry>),
    Text(String),
    Environment(Vec<(String, String)>),
    Network(NetworkReply),
    Fault(Fault),
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum FromWorker {
    /// Its walls are up; nothing of the tool was looked at yet.
    Walled(Enforced),
    /// Its code is loaded, and no more can be; or why not.
    Loaded(Result<(), String>),
    /// An export is ready. Of a function its signature, as JSON: that has a bound on how deep it goes.
    Linked(Result<Option<String>, Unlinked>),
    /// A guest asks.
    Ask(u32, Request),
    /// A guest is about to write so many bytes to its files.
    MayWrite(u32, u64),
    /// A guest asks, and knows the answer already: it is decided and recorded as any question.
    Mention(Request),
    /// A guest no longer waits for the answer to a question.
    Forget(u32),
    /// A guest let go of a file.
    CloseFile(FileId, Totals),
    /// A guest let go of a directory.
    CloseDir(DirId),
    /// A guest let go of a connection or an exchange.
    CloseStream(StreamId),
    /// What it wrote to standard output, or gave.
    Output(Vec<u8>),
    /// What it wrote to standard error.
    Talk(Vec<u8>),
    /// The call has ended.
    Ended(Ending),
}

/// Why an export cannot be called.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Unlinked {
    WrongWorld(String),
    NoCommand(#[serde(deserialize_with = "list::<_, _, MAX_EXPORTS>")] Vec<String>),
    NoFunction(String, #[serde(deserialize_with = "list::<_, _, MAX_EXPORTS>")] Vec<String>),
    /// Its types are none that JSON can hold.
    NoTool(String),
}

impl Said {
    /// What of a reply is data, and the descriptor that is not.
    pub(super) fn of(reply: Reply) -> (Self, Option<std::os::fd::OwnedFd>) {
        let said = match reply {
            Reply::File { id, fd } => return (Self::File(id), Some(fd)),
            Reply::Done => Self::Done,
            Reply::Dir(id) => Self::Dir(id),
            Reply::Stat(stat) => Self::Stat(stat),
            Reply::Identity(identity) => Self::Identity(identity),
            Reply::Entries(entries) => Self::Entries(entries),
            Reply::Text(text) => Self::Text(text),
            Reply::Environment(variables) => Self::Environment(variables),
            Reply::Network(reply) => Self::Network(reply),
            Reply::Fault(fault) => Self::Fault(fault),
        };
        (said, None)
    }

    /// Whether a descriptor travels beside it.
    pub(super) fn has_descriptor(&self) -> bool {
        matches!(self, Self::File(_))
    }

    pub(super) fn reply(self, fd: Option<std::os::fd::OwnedFd>) -> Reply {
        match (self, fd) {
            (Self::File(id), Some(fd)) => Reply::File { id, fd },
            (Self::File(_), None) => Reply::Fault(Fault::Broken),
            (Self::Done, _) => Reply::Done,
            (Self::Dir(id), _) => Reply::Dir(id),
            (Self::Stat(stat), _) => Reply::Stat(stat),
            (Self::Identity(identity), _) => Reply::Identity(identity),
            (Self::Entries(entries), _) => Reply::Entries(entries),
            (Self::Text(text), _) => Reply::Text(text),
            (Self::Environment(variables), _) => Reply::Environment(variables),
            (Self::Network(reply), _) => Reply::Network(reply),
            (Self::Fault(fault), _) => Reply::Fault(fault),
        }
    }
}

impl Unlinked {
    /// What is wrong with an export, in words that fit a frame: a component names its exports and imports as it likes.
    pub(super) fn of(unfit: Unfit) -> Self {
        let names = |names: Vec<String>| names.iter().take(MAX_EXPORTS).map(|name| words(name)).collect();
        match unfit {
            Unfit::NoCommand(functions) => Self::NoCommand(names(functions)),
            Unfit::NoFunction(none) => Self::NoFunction(words(&none.name), names(none.functions)),
            Unfit::WrongWorld(why) | Unfit::NoComponent(why) | Unfit::TooCostly(why) => Self::WrongWorld(words(&why)),
            Unfit::NoTool { why, .. } => Self::NoTool(words(&why)),
            Unfit::Failed(failure) => Self::WrongWorld(words(&failure.message)),
        }
    }

    /// What is wrong with an export that was asked for by this name.
    pub(super) fn unfit(self, function: Option<&str>) -> Unfit {
        match self {
            Self::WrongWorld(why) => Unfit::WrongWorld(why),
            Self::NoCommand(functions) => Unfit::NoCommand(functions),
            Self::NoFunction(name, functions) => Unfit::NoFunction(NoFunction { name, functions }),
            Self::NoTool(why) => Unfit::NoTool { function: function.unwrap_or_default().to_owned(), why },
        }
    }
}

/// The beginning of a text that may be long.
pub(super) fn words(text: &str) -> String {
    text.chars().take(MAX_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::typed::Signature;

    proptest! {
        /// Whatever a worker sends is a message or none, and never takes more memory than a small multiple of its length.
        #[test]
        fn any_bytes_are_a_message_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            drop(postcard::take_from_bytes::<FromWorker>(&bytes));
        }

        /// The same of what begins as each of the messages does.
        #[test]
        fn whatever_follows_a_messages_number(kind in 0_u8..16, bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            drop(postcard::take_from_bytes::<FromWorker>(&[&[kind][..], &bytes].concat()));
        }
    }

    /// A type within a type within a type … ends before the stack does.
    #[test]
    fn a_signature_that_goes_deep_is_none() {
        let deep = format!("{}\"Bool\"{}", "{\"List\":".repeat(100_000), "}".repeat(100_000));
        let signature = format!("{{\"params\":[[\"x\",{deep}]],\"returns\":\"Nothing\"}}");
        assert!(serde_json::from_str::<Signature>(&signature).is_err());
        let flat = "{\"params\":[[\"x\",{\"List\":\"Bool\"}]],\"returns\":\"Nothing\"}";
        assert!(serde_json::from_str::<Signature>(flat).is_ok());
    }
}

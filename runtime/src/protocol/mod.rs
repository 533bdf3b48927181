//! What a framework asks of a broker in another process, over a Unix socket.
//!
//! A frame is its length in four bytes, the highest first, and JSON. One connection asks one thing after another. Every request
//! is what a framework or an agent may ask: nothing here grants, approves, revokes or changes a policy.
mod bounded;
mod frame;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use toolward_manifests::Source;

use crate::failure::{Exit, Failure};
use crate::identity::Claim;

pub(crate) use bounded::{mounts, parameters};
pub use frame::{MOST_DESCRIPTORS, receive, receive_with_descriptors, send, send_with_descriptors};

/// The longest request and the longest answer, in bytes.
pub const MOST_ASKED: usize = 16 << 20;
/// The longest answer, in bytes: as much as a tool may say, as JSON and once more as it is.
pub const MOST_ANSWERED: usize = 256 << 20;

/// What is asked.
#[expect(clippy::large_enum_variant, reason = "one of them exists at a time")]
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Request {
    /// What a claim has to answer: good for the next `Open` on this connection.
    Challenge {},
    /// A task for an agent that proves itself. With it come the mounts, opened for reading, in their order: the broker compares
    /// them with what it finds under their names. In each one that is not read-only stands a file of the client's user, called
    /// `.toolward-` and the nonce of the challenge in hex, until the answer has come: it shows that the client may write there.
    Open {
        /// What is asked for, as it was signed: its mounts too.
        claim: Claim,
        /// The agent's signature, in hex.
        signature: String,
        /// The mounts: guest path, the host's name, whether read-only.
        #[serde(deserialize_with = "mounts")]
        mounts: Vec<(String, String, bool)>,
        /// The agent.
        agent: String,
        /// The type of task.
        kind: String,
        /// How long it shall live.
        ttl: Option<Duration>,
        /// Its parameters.
        #[serde(deserialize_with = "parameters")]
        set: BTreeMap<String, String>,
        /// Its grant.
        grant: Option<Source>,
    },
    /// A narrower task.
    Narrow {
        /// Of which.
        handle: String,
        /// How long it shall live.
        ttl: Option<Duration>,
        /// One layer more.
        grant: Option<Source>,
    },
    /// One call of a tool.
    Call {
        /// In which task.
        handle: String,
        /// The tool.
        tool: String,
        /// Its input, as JSON text; nothing is an empty object.
        input: Option<String>,
    },
    /// What a task may call.
    Tools {
        /// Which.
        handle: String,
    },
    /// Where a task stands.
    Show {
        /// Which.
        handle: String,
    },
    /// The work of a task is done.
    Close {
        /// Which.
        handle: String,
    },
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Answer {
    /// What a claim has to answer.
    Challenge {
        /// The installation's public key.
        audience: String,
        /// In hex.
        nonce: String,
    },
    /// A task that was opened.
    Opened {
        /// `t_…`
        task: String,
        /// Its handle.
        handle: String,
        /// When it ends by itself.
        expires: String,
        /// Guest paths that the task cannot enter, since another file system is mounted there.
        unreachable: Vec<String>,
    },
    /// A call that was made, or refused.
    Called {
        /// The exit code.
        exit: u8,
        /// The object of the contract.
        value: Value,
        /// Standard output and standard error as they are, in base64, where it was made.
        streams: Option<(String, String)>,
    },
    /// Anything else, as the command prints it with `--json`, and for people.
    Said {
        /// As JSON.
        value: Value,
        /// For people.
        people: String,
    },
    /// It was not done.
    Failed {
        /// The exit code.
        exit: u8,
        /// Why, in one line.
        message: String,
        /// Further lines.
        detail: Option<String>,
        /// What to do about it.
        help: Option<String>,
    },
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let Failure { exit, message, detail, help } = failure;
        Self::Failed { exit: exit as u8, message, detail, help }
    }
}

impl Answer {
    /// The answer, or the failure that it is.
    ///
    /// # Errors
    /// Where it was not done.
    pub fn done(self) -> Result<Self, Failure> {
        match self {
            Self::Failed { exit, message, detail, help } => {
                Err(Failure { exit: Exit::of(exit), message, detail, help })
            }
            done => Ok(done),
        }
    }
}

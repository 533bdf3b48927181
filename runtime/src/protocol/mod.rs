//! What a framework asks of a broker in another process, over a Unix socket.
//!
//! A frame is its length in four bytes, the highest first, and JSON. One connection asks one thing after another. Every request
//! is what a framework or an agent may ask: nothing here grants, approves, revokes or changes a policy.
mod bounded;
mod called;
mod frame;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use toolward_manifests::Source;

use crate::failure::{Exit, Failure};
use crate::identity::Claim;
use crate::json::Raw;
use crate::notice::Code;

pub(crate) use bounded::{mounts, parameters};
pub use called::Sent;
pub use frame::{Head, MOST_DESCRIPTORS, parse, receive, receive_body, receive_head, send, send_with_descriptors};

/// The longest request, in bytes.
pub const MOST_ASKED: usize = 16 << 20;
/// The longest request of who has not proved itself on this connection, in bytes.
pub const MOST_UNPROVED: usize = 64 << 10;
/// The most values of a request.
pub const MOST_VALUES: usize = 4_096;
/// The longest answer, in bytes: as much as a tool may say, as JSON and once more as it is.
pub const MOST_ANSWERED: usize = 256 << 20;

/// What is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Request {
    /// What a claim has to answer: good for the next `Open` on this connection.
    Challenge {},
    /// The caller proves itself by a task's handle, so that the next request may be longer than [`MOST_UNPROVED`].
    Prove {
        /// Of a task.
        handle: String,
    },
    /// The same by a claim that answers the challenge, which is good for the opening still.
    ProveAgent {
        /// What will be asked for.
        claim: Claim,
        /// The agent's signature, in hex.
        signature: String,
    },
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
    /// What a tool takes that a task may call.
    Tool {
        /// Which task.
        handle: String,
        /// The tool; of a typed one a function.
        tool: String,
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
    /// The caller has proved itself.
    Proved {},
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
        value: Raw,
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
        /// What kind of error it is.
        code: Code,
        /// Why, in one line.
        message: String,
        /// Further lines.
        detail: Option<String>,
        /// What to do about it.
        help: Option<String>,
    },
}

impl From<Failure> for Answer {
    /// What crosses the socket is what an agent is told.
    fn from(failure: Failure) -> Self {
        let Failure { exit, message, detail, help, notice, .. } = failure.for_agent();
        let code = notice.map_or(Code::Unavailable, |notice| notice.code());
        Self::Failed { exit: exit as u8, code, message, detail, help }
    }
}

impl Answer {
    /// The answer, or the failure that it is.
    ///
    /// # Errors
    /// Where it was not done.
    pub fn done(self) -> Result<Self, Failure> {
        match self {
            Self::Failed { exit, code, message, detail, help } => {
                Err(Failure { exit: Exit::of(exit), message, detail, help, notice: None, told_code: Some(code) })
            }
            done => Ok(done),
        }
    }
}

impl Request {
    /// What proves the caller before a request that is longer than [`MOST_UNPROVED`]; `None` where the request itself needs no
    /// proof.
    #[must_use]
    pub fn proof(&self) -> Option<Self> {
        match self {
            Self::Open { claim, signature, .. } => {
                Some(Self::ProveAgent { claim: claim.clone(), signature: signature.clone() })
            }
            Self::Narrow { handle, .. } | Self::Call { handle, .. } => Some(Self::Prove { handle: handle.clone() }),
            Self::Challenge {}
            | Self::Prove { .. }
            | Self::ProveAgent { .. }
            | Self::Tools { .. }
            | Self::Tool { .. }
            | Self::Show { .. }
            | Self::Close { .. } => None,
        }
    }

    /// About how long it is as a frame, in bytes: the texts in it, of which each byte takes six at most.
    #[must_use]
    pub fn may_be_long(&self) -> bool {
        let text = match self {
            Self::Call { input, .. } => input.as_ref().map_or(0, String::len),
            Self::Narrow { grant, .. } => grant.as_ref().map_or(0, |grant| grant.text.len()),
            Self::Open { grant, set, mounts, .. } => {
                let set: usize = set.iter().map(|(name, value)| 2 * (name.len() + value.len())).sum();
                let mounts: usize = mounts.iter().map(|(guest, host, _)| 2 * (guest.len() + host.len())).sum();
                set + mounts + grant.as_ref().map_or(0, |grant| grant.text.len())
            }
            _ => 0,
        };
        text > MOST_UNPROVED / 8
    }
}

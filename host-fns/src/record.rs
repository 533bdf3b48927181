//! What is recorded of a host call, and the seam to whatever keeps the records.
use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toolward_manifests::{Kind, Layer, RuleRef, Unit};

/// The word of a verdict, as it stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Allowed.
    Allow,
    /// A human was asked, or would have had to be.
    Ask,
    /// Refused.
    Deny,
}

/// How far an access has come when its record is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is about to be done; a second record says how it ended.
    Intent,
    /// It was done.
    Done,
    /// It was allowed, and failed all the same: the error in the guest's words (`no-entry`).
    Failed(Cow<'static, str>),
    /// It was not done.
    Refused,
    /// It was only asked about: nothing was to be done.
    Probe,
    /// The call ended before it did.
    Cut,
}

/// Bytes that passed through a stream or a handle, and a digest of them in the order in which they passed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Bytes that reached the guest.
    pub read: u64,
    /// Bytes that the guest wrote.
    pub written: u64,
    /// BLAKE3 of the bytes read, where there were any.
    pub read_digest: Option<[u8; 32]>,
    /// BLAKE3 of the bytes written, where there were any.
    pub written_digest: Option<[u8; 32]>,
}

/// The other side of an exchange over the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peer {
    /// The address that was checked, and connected to.
    pub address: Option<std::net::IpAddr>,
    /// The status of an HTTP response.
    pub status: Option<u16>,
    /// From the verdict to the end of the exchange.
    pub took: Option<std::time::Duration>,
    /// Names of request headers that the guest gave and that were left out, since no rule names them.
    pub dropped_headers: Vec<String>,
}

/// One record of one access, before it gets its place in the chain.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What kind of thing was asked for.
    pub kind: Kind,
    /// The operation, in the vocabulary's words.
    pub op: Cow<'static, str>,
    /// The resource, as the guest named it once it was resolved.
    pub resource: String,
    /// The verdict.
    pub verdict: Word,
    /// The layer whose word it was.
    pub layer: Option<Layer>,
    /// The rule, where one matched.
    pub rule: Option<Arc<RuleRef>>,
    /// What no rule says.
    pub note: Option<Arc<str>>,
    /// How far it came.
    pub outcome: Outcome,
    /// The `seq` of the intent that this record completes.
    pub intent: Option<u64>,
    /// What passed.
    pub totals: Option<Totals>,
    /// Whom it was exchanged with.
    pub peer: Option<Peer>,
    /// The id by which a person finds this refusal (`d_…`).
    pub id: Option<String>,
}

/// The most bytes that one text takes in a record, as it is written there; what is longer is cut, and its digest kept.
pub const MAX_RECORDED_TEXT: usize = 4096;

/// The most bytes of a record's names of dropped headers, with what stands between them.
pub const MAX_DROPPED_HEADERS: usize = 512;

/// The bytes of a record without its texts: names, digests, numbers, its hash and its share of the ledger.
const RECORD_FRAME: usize = 1024;

/// The bytes that an HTTP request adds to its record: the names of dropped headers, and the key of their list.
const PEER_FRAME: usize = MAX_DROPPED_HEADERS + 64;

/// The bytes that a text takes in a record: never fewer than it does, escapes counted.
#[must_use]
pub fn recorded_len(text: &str) -> usize {
    let each = |byte: u8| match byte {
        b'"' | b'\\' => 2,
        0x20..=0x7e => 1,
        ..=0x7f => 6,
        // At most six for the two bytes of a character that is escaped, twelve for four.
        0x80.. => 3,
    };
    text.bytes().map(each).sum()
}

impl Entry {
    /// The bytes that its record takes of the log: never fewer than it does.
    #[must_use]
    pub fn recorded_bytes(&self) -> u64 {
        // What is cut is followed by its length and digest.
        let text = |text: &str| recorded_len(text).min(MAX_RECORDED_TEXT + 160);
        let rule = self.rule.as_ref().map_or(0, |rule| text(&rule.file) + text(&rule.text));
        let note = self.note.as_deref().map_or(0, text);
        let peer = if self.kind == Kind::Http { PEER_FRAME } else { 0 };
        let all = RECORD_FRAME + peer + text(&self.op) + text(&self.resource) + rule + note;
        u64::try_from(all).unwrap_or(u64::MAX)
    }
}

/// Why an intent was not committed: what it was of is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotIntended {
    /// It could not be kept.
    Unrecorded(RecordError),
    /// The task has not so much left of a unit.
    Spent(Unit),
    /// The task is over.
    Over,
}

impl From<RecordError> for NotIntended {
    fn from(error: RecordError) -> Self {
        Self::Unrecorded(error)
    }
}

/// A record could not be kept: whatever waited for it is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError(
    /// Why, in one line.
    pub String,
);

impl std::fmt::Display for RecordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the log cannot be written: {}", self.0)
    }
}

impl std::error::Error for RecordError {}

/// Keeps the records of one call.
pub trait Recorder: Send + Sync {
    /// Takes records that are bound before the call's result leaves the process.
    ///
    /// # Errors
    /// [`RecordError`] where it is already known that they cannot be kept.
    fn note(&self, entry: Entry) -> Result<(), RecordError>;

    /// Commits intents, after everything noted before them, with what their effect takes of the task's budget: all of it or
    /// nothing. Answers their `seq`s in order.
    ///
    /// # Errors
    /// [`NotIntended`]: the effect must not happen.
    fn intend(&self, entries: Vec<Entry>, takes: &[(Unit, u64)]) -> Result<Vec<u64>, NotIntended>;
}

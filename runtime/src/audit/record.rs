//! A record before it has its place in the chain.
use std::sync::Arc;
use std::time::Duration;

use toolward_host_fns::record::Entry;

use crate::state::Time;

/// Who saw what a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The process that holds state, keys and network.
    Broker,
    /// The process that runs the guest: as true as that process is whole.
    Worker,
}

/// From whom the state is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// State and caller belong to one user.
    SingleUser,
    /// State belongs to a user of its own.
    Separated,
}

/// One record to be appended.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// When it happened.
    pub time: Time,
    /// The call (`c_…`).
    pub call: Option<Arc<str>>,
    /// The tool.
    pub tool: Option<Arc<str>>,
    /// What happened.
    pub entry: Entry,
    /// Who saw it.
    pub witness: Witness,
    /// Who counted and digested the bytes that passed through a file: whoever read and wrote them.
    pub counted_by: Witness,
    /// Where the guest ran, with what of the second wall held: the first record of a task says it, and that of each call.
    pub isolation: Option<Arc<str>>,
    /// How long it took.
    pub took: Option<Duration>,
    /// Whether the policy says `development = true`.
    pub development: bool,
    /// The digests of the policies that decided, where it is the record of a call itself.
    pub policies: Option<Arc<str>>,
}

impl Witness {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Broker => "broker",
            Self::Worker => "worker",
        }
    }
}

impl Mode {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::SingleUser => "single-user",
            Self::Separated => "separated",
        }
    }
}

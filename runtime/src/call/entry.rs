//! The record of a call itself: the last of its records.
use std::borrow::Cow;

use toolward_host_fns::record::{Entry, Outcome as Recorded, Word};
use toolward_manifests::{Kind, Reason};

use super::{Outcome, Status};

/// A record that a tool was called, or was not.
#[must_use]
pub fn entry(tool: &str, verdict: Word, reason: Reason, outcome: Recorded) -> Entry {
    Entry {
        kind: Kind::Tools,
        op: Cow::Borrowed("call"),
        resource: tool.to_owned(),
        verdict,
        layer: Some(reason.layer),
        rule: reason.rule,
        note: reason.note,
        outcome,
        intent: None,
        totals: None,
        peer: None,
        id: None,
    }
}

/// How a call ended, in the words of the log.
#[must_use]
pub fn recorded(outcome: &Outcome, status: Option<Status>) -> Recorded {
    match status {
        Some(Status::Ok) => Recorded::Done,
        Some(status) => Recorded::Failed(Cow::Owned(outcome.words(status))),
        None => match &outcome.ending {
            super::Ending::Worker { how, .. } => Recorded::Failed(Cow::Owned(format!("its worker ended: {how}"))),
            _ => Recorded::Cut,
        },
    }
}

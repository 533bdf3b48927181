//! What an ending means to whoever called: a status and an exit code.
use serde::Serialize;
use serde_json::{Value, json};
use toolward_host_fns::program::Ended;
use toolward_host_fns::record::Word;
use toolward_manifests::command::Success;

use super::{Ending, Outcome, Reached};
use crate::failure::Exit;

/// How a call went, in the words of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The tool did what it should.
    Ok,
    /// The tool failed.
    Failed,
    /// The call was denied, or failed after something was.
    Denied,
    /// A human was needed for it, or for something before it failed.
    Refused,
    /// A limit ended it.
    Limit,
    /// It was cancelled.
    Cancelled,
}

impl Status {
    /// The exit code of `toolward call`.
    #[must_use]
    pub fn exit(self) -> Exit {
        match self {
            Self::Ok => Exit::Done,
            Self::Failed => Exit::ToolFailed,
            Self::Denied => Exit::Denied,
            Self::Refused => Exit::Refused,
            Self::Limit => Exit::Limit,
            Self::Cancelled => Exit::Cancelled,
        }
    }
}

/// What an answer says of how a call ended, beside its status.
#[derive(Debug, Default)]
pub struct Told {
    /// Where the tool trapped: `code` and `message`.
    pub error: Option<Value>,
    /// The exit code of a program that failed.
    pub exit_code: Option<Value>,
    /// The limit that was reached, and what it allowed.
    pub limit: Option<Value>,
    /// Whether the output ends where the call was ended.
    pub truncated: bool,
}

impl Outcome {
    /// How it went; `None` where the host could not do its work.
    #[must_use]
    pub fn status(&self, success: Success) -> Option<Status> {
        Some(match &self.ending {
            Ending::Exit(Ended::Success) if success.holds_for_exit_0() => Status::Ok,
            Ending::Exit(Ended::Failure) if success.holds_for_exit_1(&self.stderr, self.was_refused()) => Status::Ok,
            Ending::Exit(_) | Ending::Trap(_) => self.failed(),
            Ending::Limit(_) => Status::Limit,
            Ending::Cancelled => Status::Cancelled,
            Ending::Over => Status::Denied,
            Ending::Broken(_) | Ending::Worker { .. } => return None,
        })
    }

    /// Whether the scope refused the tool anything.
    fn was_refused(&self) -> bool {
        self.denials.iter().any(|denial| denial.verdict == Word::Deny)
    }

    fn failed(&self) -> Status {
        if self.was_refused() {
            Status::Denied
        } else if self.denials.is_empty() {
            Status::Failed
        } else {
            Status::Refused
        }
    }
}

impl Outcome {
    /// How it ended, for the record.
    #[must_use]
    pub fn words(&self, status: Status) -> String {
        match &self.ending {
            Ending::Exit(Ended::Code(code)) if status == Status::Failed => {
                format!("the tool failed with the exit code {code}")
            }
            Ending::Exit(_) if status == Status::Failed => "the tool failed".to_owned(),
            Ending::Exit(_) => "the tool failed after a refusal".to_owned(),
            Ending::Trap(trap) => format!("the tool trapped: {trap}"),
            Ending::Limit(limit) => {
                self.reached.as_ref().map_or_else(|| format!("the limit `{limit}` was reached"), Reached::to_string)
            }
            Ending::Cancelled => "cancelled".to_owned(),
            Ending::Over => "the task was over".to_owned(),
            Ending::Broken(_) => "the host could not do its work".to_owned(),
            Ending::Worker { how, .. } => format!("its worker ended: {how}"),
        }
    }

    /// What an answer says of how it ended beside its status: the limit with what it allowed, the trap, the exit code.
    #[must_use]
    pub fn told(&self, is_function: bool) -> Told {
        let mut told = Told::default();
        match &self.ending {
            Ending::Limit(_) => told.limit = self.reached.as_ref().map(Reached::json),
            Ending::Trap(trap) => {
                let message = format!("the tool trapped: {trap}");
                told.error = Some(json!({ "code": "trap", "message": message }));
            }
            // A function has a result, and no exit code.
            Ending::Exit(ended) if !is_function && *ended != Ended::Success => {
                told.exit_code = Some(json!(ended.code()))
            }
            _ => {}
        }
        told
    }
}

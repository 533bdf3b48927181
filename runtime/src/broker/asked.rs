//! What is asked of a broker to make a call, and what it answers.
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::memory::Reserved;
use crate::call::{Invocation, Lossy, Outcome, Output, ShownOutput, Status, Told};
use crate::failure::{Exit, Failure};

/// What is to be called.
#[derive(Debug)]
pub struct CallRequest<'a> {
    /// The tool; of a typed one a function.
    pub tool: &'a str,
    /// Its input.
    pub input: Given<'a>,
    /// The broker's memory that the request itself is counted with, in bytes.
    pub held: u64,
}

/// How an input is given.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// As an argument of this process: JSON, `@FILE`, or `-` for standard input.
    Argument(Option<&'a str>),
    /// As JSON, whatever it looks like: nothing of this process is read for somebody else.
    Text(Option<&'a str>),
}

impl Given<'_> {
    pub(super) fn text(self, limit: u64) -> Result<String, Failure> {
        match self {
            Self::Argument(argument) => crate::input::text(argument, limit),
            Self::Text(text) => crate::input::limited(text, limit),
        }
    }
}

/// What came of a call. As JSON it is the object of the contract; it is written from what it holds, without a copy.
#[derive(Debug)]
pub struct CallAnswer {
    /// The exit code.
    pub exit: Exit,
    /// The call (`c_…`).
    pub call: String,
    /// The task (`t_…`).
    pub task: String,
    /// The tool or function.
    pub tool: String,
    /// How it went.
    pub status: Status,
    /// What was refused on the way.
    pub denied: Vec<Value>,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// What standard output is as the tool's output.
    pub output: Output,
    /// What is said of how it ended beside its status: the limit, the trap, the exit code.
    pub told: Told,
    /// Its standard output and standard error, verbatim; `None` where it was not made.
    pub streams: Option<Streams>,
    /// The memory that this answer was counted with, until it is dropped.
    #[expect(dead_code, reason = "it is held, not read")]
    pub(super) held: Option<Reserved>,
}

/// Standard output and standard error.
pub type Streams = (Vec<u8>, Vec<u8>);

/// The object of the contract; keys are sorted, as in every object that Toolward prints.
#[derive(Serialize)]
struct Shown<'a> {
    call: &'a str,
    denied: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'a Value>,
    ms: f64,
    output: ShownOutput<'a>,
    status: Status,
    stderr: Lossy<'a>,
    task: &'a str,
    tool: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
}

impl Serialize for CallAnswer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { call, task, tool, status, denied, ms, output, told, streams, .. } = self;
        let (stdout, stderr) =
            streams.as_ref().map_or((&[][..], &[][..]), |(out, err)| (out.as_slice(), err.as_slice()));
        let shown = Shown {
            call,
            denied,
            error: told.error.as_ref(),
            exit_code: told.exit_code.as_ref(),
            limit: told.limit.as_ref(),
            ms: *ms,
            output: output.shown(stdout),
            status: *status,
            stderr: Lossy(stderr),
            task,
            tool,
            truncated: told.truncated.then_some(true),
        };
        shown.serialize(to)
    }
}

/// Drives a call to its end.
pub type Drive<'a> = &'a dyn Fn(Invocation) -> Result<Outcome, Failure>;

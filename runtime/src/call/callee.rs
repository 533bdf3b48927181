//! What is called: a command, or a typed function with its arguments.
use toolward_host_fns::guest::Guest;
use toolward_host_fns::program::{Answer, Command, Ended};
use toolward_manifests::Limits;
use wasmtime::Store;

use super::{Cause, Ending};
use crate::typed::{Signature, TypedCall, Unwritten};

/// What all arguments of one host call may take in host memory, in bytes.
const HOSTCALL: usize = 2 << 20;
/// The most bytes that a value takes in host memory for one byte of its JSON: a byte as a value of its own.
const HELD_PER_BYTE: u64 = 32;

/// What a call runs.
#[derive(Clone)]
pub enum Callee {
    /// A command: its input stands on its standard input and in its arguments.
    Command(Command),
    /// A function.
    Function(TypedCall),
}

/// What came of running it.
pub(super) struct End {
    pub(super) ended: Ended,
    /// What a function gave, and how to write it.
    pub(super) answer: Option<(Answer, Signature)>,
}

impl Callee {
    /// Runs it in a fresh instance.
    pub(super) async fn run(self, store: &mut Store<Guest>) -> wasmtime::Result<End> {
        match self {
            Self::Command(command) => Ok(End { ended: command.run(store).await?, answer: None }),
            Self::Function(TypedCall { function, signature, arguments }) => {
                let answer = function.call(store, arguments).await?;
                let ended = if answer.is_ok() { Ended::Success } else { Ended::Failure };
                Ok(End { ended, answer: Some((answer, signature)) })
            }
        }
    }

    /// Whether its standard output is what it gives; a function's is talk, as its standard error.
    pub(super) fn answers_on_stdout(&self) -> bool {
        matches!(self, Self::Command(_))
    }

    /// What the values that it hands over at once may take in host memory, in bytes: those of a host call, and for a
    /// function all that fits its output as JSON.
    pub(super) fn hostcall_fuel(&self, limits: &Limits) -> usize {
        match self {
            Self::Command(_) => HOSTCALL,
            Self::Function(_) => {
                let result = limits.output.saturating_mul(HELD_PER_BYTE);
                usize::try_from(result).unwrap_or(usize::MAX).max(HOSTCALL)
            }
        }
    }
}

impl End {
    /// How it ended, with the JSON of what a function gave in `stdout`; no more of it than there is `room` for.
    pub(super) fn into_ending(self, room: usize, stdout: &mut Vec<u8>) -> Ending {
        let Some((answer, signature)) = self.answer else { return Ending::Exit(self.ended) };
        match signature.output(&answer, room) {
            Ok(text) => {
                *stdout = text;
                Ending::Exit(self.ended)
            }
            Err(Unwritten::TooLong) => Ending::Limit(toolward_host_fns::door::Limit::Output),
            Err(Unwritten::Misshapen) => {
                tracing::error!("a function gave a value of another type than its own");
                Ending::Broken(Cause::Other)
            }
        }
    }
}

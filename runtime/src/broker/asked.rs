//! What is asked of a broker to make a call, and what it answers.
use serde_json::Value;

use crate::call::{Invocation, Outcome};
use crate::failure::{Exit, Failure};
use crate::input::Input;

/// What is to be called.
#[derive(Debug)]
pub struct CallRequest<'a> {
    /// The tool; of a typed one a function.
    pub tool: &'a str,
    /// Its input.
    pub input: Given<'a>,
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
    pub(super) fn input(self, limit: u64) -> Result<Input, Failure> {
        match self {
            Self::Argument(argument) => crate::input::input(argument, limit),
            Self::Text(text) => crate::input::text(text, limit),
        }
    }
}

/// What came of a call.
#[derive(Debug)]
pub struct CallAnswer {
    /// The exit code.
    pub exit: Exit,
    /// The object of the contract.
    pub value: Value,
    /// Its standard output and standard error, verbatim; `None` where it was not made.
    pub streams: Option<Streams>,
}

/// Standard output and standard error.
pub type Streams = (Vec<u8>, Vec<u8>);

/// Drives a call to its end.
pub type Drive<'a> = &'a dyn Fn(Invocation) -> Result<Outcome, Failure>;

//! Programs, linked and ready to be started: a component as a command, or one of its exported functions.
mod bytes;
mod command;
mod exports;
mod function;

use serde::{Deserialize, Serialize};
use wasmtime::component::{Component, InstancePre, Linker};

use crate::guest::Guest;

pub use command::Command;
pub use exports::{NoFunction, functions};
pub use function::{Answer, Datum, Function};

/// How a program ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// It says that it did what it should.
    Success,
    /// It says that it failed.
    Failure,
    /// It says so with a code of its own, neither 0 nor 1 (`wasi:cli/exit` `exit-with-code`).
    Code(u8),
}

impl Ended {
    /// The exit code that a process would have ended with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Code(code) => code,
        }
    }
}

/// Links a component: the only place where one meets the guest's world.
fn link(linker: &Linker<Guest>, component: &Component) -> wasmtime::Result<InstancePre<Guest>> {
    linker.instantiate_pre(component)
}

//! The part of the runtime that turns JSON into values and back. It stands here by itself, so that its target needs neither the
//! compiler of components nor anything else of the runtime.
#![expect(dead_code, reason = "the runtime uses more of it")]
#![allow(unfulfilled_lint_expectations, reason = "the runtime's own expectations are about what it exports")]

#[path = "../../../runtime/src/typed/misfit.rs"]
mod misfit;
#[path = "../../../runtime/src/typed/numbers.rs"]
mod numbers;
#[path = "../../../runtime/src/typed/read.rs"]
mod read;
#[path = "../../../runtime/src/typed/shape.rs"]
mod shape;
#[path = "../../../runtime/src/typed/write.rs"]
mod write;

pub(crate) use read::read;
pub(crate) use shape::{Integer, Shape};
pub(crate) use write::{Unwritten, write};

//! What every tool shares: one JSON value in on stdin, one out on stdout, errors in one line on stderr.

mod failure;
mod root;
mod run;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

pub use failure::Failure;
pub use root::{Op, Place, Root};
pub use run::run;

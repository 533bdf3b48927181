//! What every tool shares: one JSON value in on stdin, one out on stdout, errors in one line on stderr.

pub mod decode;
mod failure;
mod patience;
mod root;
mod run;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod unreadable;

pub use failure::Failure;
pub use patience::Patience;
pub use root::{Op, Place, Root};
pub use run::run;
pub use unreadable::Unreadable;

//! The record: what every access leaves behind, chained so that nothing can be changed, left out or moved unseen.
//!
//! A record's *body* is one line of JSON that names the hash of the task's record before it (`prev`); its hash is SHA-256
//! over that text. Every committed batch is an entry of the *ledger*, a chain over all tasks' heads. Exports and
//! checkpoints sign the ledger's head.
pub mod archive;
mod chain;
pub mod checkpoint;
mod content;
mod escape;
pub(crate) mod event;
mod export;
pub mod fold;
mod heads;
mod json;
mod line;
mod log;
pub(crate) mod policy;
pub mod read;
mod record;
mod sealed;
mod select;
pub mod verify;
mod view;
mod wildcard;

pub use chain::{GENESIS, Hash, LedgerEntry};
pub use escape::Shown;
pub(crate) use escape::is_unsafe;
pub use event::INSTALLATION;
pub use export::{ExportError, export};
pub use log::{Log, TaskRef};
pub use record::{Mode, NewRecord, Witness};
pub use select::{Choice, Stored};
pub use view::View;

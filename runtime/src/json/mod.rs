//! JSON that guests, workers and clients send: measured before it is parsed, and passed on as text where no tree is needed.
//!
//! A tree costs much more than its text: `{"":0},` is seven bytes of text and more than a kilobyte as a
//! [`serde_json::Value`]. So nothing from outside becomes a `Value` before [`Size::of`] has counted what it would hold.
mod raw;
mod size;
mod tree;
mod unambiguous;

pub use raw::{Raw, compact, compact_lines};
pub use size::{Bounds, Excess, Size};
pub use tree::{BadTree, MAX_DEPTH, tree};

//! The black-box suite's harness. A test reads as a sentence: build a [`World`], act, and look at the [`Outcome`].
//!
//! It knows only what a user knows: the `toolward` command, its files, and its exit codes.
pub mod audit;
pub mod component;
pub mod faulty;
pub mod guests;
pub mod installation;
pub mod languages;
pub mod net;
pub mod outcome;
pub mod processes;
pub mod program;
pub mod race;
pub mod said;
pub mod service;
pub mod skipped;
pub mod systemd;
pub mod task;
pub mod tree;
pub mod world;

pub use guests::{guest, typed_guest};
pub use installation::Installation;
pub use outcome::Outcome;
pub use said::Said;
pub use service::Service;
pub use skipped::skipped;
pub use task::OpenTask;
pub use world::World;

include!(concat!(env!("OUT_DIR"), "/foreach_guest.rs"));

/// Stands in every file that no guest may read: it must not occur in anything that comes out.
pub const SECRET: &str = "marker-of-a-secret-5f1c2ad9";

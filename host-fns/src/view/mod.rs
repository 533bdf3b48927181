//! Views: one WASI interface each. They hold no power; they ask the door.
mod cli;
mod fault;
mod filesystem;
pub(crate) mod http;
pub(crate) mod link;
pub(crate) mod memory;
mod metered;
mod network;
pub(crate) mod output;

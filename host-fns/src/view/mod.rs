//! Views: one WASI interface each. They hold no power; they ask the door.
mod cli;
pub(crate) mod ended;
pub(crate) mod fault;
mod filesystem;
pub(crate) mod http;
pub(crate) mod link;
pub(crate) mod logging;
pub(crate) mod memory;
mod metered;
pub(crate) mod output;
mod pending;
mod settings;
mod sockets;

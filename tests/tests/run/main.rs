//! `toolward run` as tool authors use it: exit codes, what it accepts, and how it says that it cannot.
mod compile;
mod components;
mod exits;
mod functions;
mod input;
mod manifests;
mod mounts;

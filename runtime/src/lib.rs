//! Toolward's runtime: engine, tasks, the record, and the `toolward` command.
//!
//! It decides nothing by itself: what a guest may do is decided by `toolward-manifests` and enforced by `toolward-host-fns`.
pub mod failure;
pub mod audit;
pub mod state;

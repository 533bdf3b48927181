//! Toolward's runtime: engine, tasks, the record, and the `toolward` command.
//!
//! It decides nothing by itself: what a guest may do is decided by `toolward-manifests` and enforced by `toolward-host-fns`.
pub mod audit;
pub mod broker;
pub mod call;
pub mod callable;
mod cgroup;
pub mod client;
pub mod command;
pub mod component;
pub mod engine;
pub mod failure;
pub mod home;
pub mod identity;
pub mod input;
pub mod installation;
pub mod isolation;
pub mod json;
mod mountinfo;
pub mod network;
pub mod notice;
pub mod own_files;
pub mod policy;
mod prerequisites;
pub mod protocol;
pub mod quotas;
pub mod scope_digest;
pub mod sealed;
pub mod service;
pub mod state;
pub mod tool;
pub mod typed;
mod user_cache;
pub mod walls;
pub mod worker;

pub use worker::worker_main;

/// The exact version of wasmtime: a part of every cache entry's key.
const ENGINE_VERSION: &str = "wasmtime-48.0.8";

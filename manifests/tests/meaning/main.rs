//! What files mean: decisions, conditions, commands, terms of a task, and how they are told; as sentences.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod access;
mod command;
mod environment;
mod history;
mod input;
mod kinds;
mod layers;
mod limits;
mod narrowed;
mod network;
mod order;
mod parameters;
mod provenance;
mod query;
mod render;
mod taint;
mod tasks;
mod typed;
mod value_types;
mod verdicts;
mod world;

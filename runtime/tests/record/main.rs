//! State and the record: what holds, and what shows when it does not. Each test reads as a sentence.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod archives;
mod bounded;
mod broken;
mod budgets;
mod checkpoints;
mod events;
mod export;
mod keys;
mod killed;
mod many;
mod model;
mod shown;
mod store;
mod tasks;
mod world;

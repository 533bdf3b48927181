//! Checkpoints: signed notes, kept outside the store, of where the ledger stood.
use serde::Deserialize;

use super::chain::Hash;
use super::event::{self, Event, Subject};
use super::json::Object;
use super::{heads, sealed};
use crate::state::{Error, PublicKey, State, Time};

const SORT: &str = "checkpoint";

/// Where the ledger stood at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// When it was made, as RFC 3339.
    pub time: String,
    /// How many entries the ledger had.
    pub ledger: u64,
    /// Its head.
    pub head: Hash,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    checkpoint: u64,
    head: String,
    time: String,
    #[expect(dead_code, reason = "it says which key to look for; what is believed is the verifier's own")]
    key: String,
}

/// Makes a checkpoint of a home: one line, without its line end.
///
/// # Errors
/// [`Error`] where the store cannot be read.
pub fn make(state: &State) -> Result<(Checkpoint, String), Error> {
    let now = Time::now();
    // It is recorded before anybody has it; it covers what stood before that record.
    let (ledger, head) = state.db.write(|tx| {
        let (ledger, head) = heads::ledger_head(tx)?;
        let event = Event::new(Subject::Log, "checkpoint", format!("ledger entry {ledger}"), now);
        event::append(tx, &[event.number("ledger", ledger).text("head", hex::encode(head))])?;
        Ok((ledger, head))
    })?;
    let time = now.to_string();
    let key = &state.keys.signing;
    let mut text = Vec::new();
    let mut object = Object::open(&mut text);
    object.number("checkpoint", ledger).hex("head", "", &head).text("time", &time);
    object.text("key", &key.public().to_string());
    object.close();
    let signature = key.sign(SORT, &text);
    sealed::seal(&mut text, "signature", &signature);
    Ok((Checkpoint { time, ledger, head }, String::from_utf8_lossy(&text).into_owned()))
}

/// Reads a line that [`make`] made.
///
/// # Errors
/// What is wrong with it: it is no checkpoint, or this key did not sign it.
pub fn read(line: &str, key: &PublicKey) -> Result<Checkpoint, &'static str> {
    let (text, signature) = sealed::unseal(line, "signature").ok_or("is not a checkpoint")?;
    if !key.verifies(SORT, text.as_bytes(), &signature) {
        return Err("is not signed by this key");
    }
    let text: Text = serde_json::from_str(&text).map_err(|_| "is not a checkpoint")?;
    let head = sealed::digest(&text.head).ok_or("is not a checkpoint")?;
    Ok(Checkpoint { time: text.time, ledger: text.checkpoint, head })
}

//! Hashes, and how one follows another.
use sha2::{Digest, Sha256};

use super::json::Object;

/// SHA-256 of something chained.
pub type Hash = [u8; 32];

/// What the first record of a task and the first entry of the ledger name as the one before.
pub const GENESIS: Hash = [0; 32];

/// The hash of a record's body.
#[must_use]
pub(super) fn of_body(body: &[u8]) -> Hash {
    Sha256::digest(body).into()
}

/// An entry of the ledger: up to where one task's chain was after one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry<'a> {
    /// The entry's place, from 1 without gaps.
    pub seq: u64,
    /// The task.
    pub task: &'a str,
    /// The `seq` of the batch's last record.
    pub head: u64,
    /// The hash of that record.
    pub head_hash: Hash,
}

impl LedgerEntry<'_> {
    /// SHA-256 of the entry as one line of JSON. It stands for the entry where its content is not to be shown.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let mut text = Vec::with_capacity(192);
        let mut object = Object::open(&mut text);
        object.number("batch", self.seq).text("task", self.task).number("seq", self.head);
        object.hex("hash", "", &self.head_hash);
        object.close();
        Sha256::digest(&text).into()
    }
}

/// The ledger's head after one more entry: SHA-256 of the head before and the entry's digest.
#[must_use]
pub(super) fn extend_ledger(before: &Hash, entry: &Hash) -> Hash {
    Sha256::new().chain_update(before).chain_update(entry).finalize().into()
}

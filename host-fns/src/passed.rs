//! What passed through a handle or a stream: bytes and a digest each way, for the record that is closed with them.
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::record::Totals;

#[derive(Default)]
struct Way {
    bytes: u64,
    digest: Option<Box<blake3::Hasher>>,
}

impl Way {
    fn pass(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.bytes = self.bytes.saturating_add(bytes.len() as u64);
            self.digest.get_or_insert_default().update(bytes);
        }
    }

    fn digest(&self) -> Option<[u8; 32]> {
        self.digest.as_ref().map(|hasher| *hasher.finalize().as_bytes())
    }
}

/// Counts and digests what passes, each way in its order.
#[derive(Default)]
pub(crate) struct Passed(Mutex<(Way, Way)>);

impl Passed {
    /// Bytes on their way to the guest.
    pub(crate) fn read(&self, bytes: &[u8]) {
        self.ways().0.pass(bytes);
    }

    /// Bytes that the guest wrote.
    pub(crate) fn written(&self, bytes: &[u8]) {
        self.ways().1.pass(bytes);
    }

    /// What has passed so far.
    pub(crate) fn totals(&self) -> Totals {
        let (read, written) = &*self.ways();
        Totals {
            read: read.bytes,
            written: written.bytes,
            read_digest: read.digest(),
            written_digest: written.digest(),
        }
    }

    fn ways(&self) -> MutexGuard<'_, (Way, Way)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

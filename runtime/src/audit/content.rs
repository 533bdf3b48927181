//! Digests of what passed: they prove what a file held without keeping it, and must not give away what could be guessed.
use toolward_manifests::Kind;

use crate::state::SecretKey;

/// Fewer bytes than this may be guessed from their digest: a PIN, a flag, a short password.
const GUESSABLE: u64 = 32;

/// A digest as it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    /// What stands before the hex digits.
    pub(super) prefix: &'static str,
    pub(super) digest: [u8; 32],
}

/// The digest to record for `bytes` bytes whose BLAKE3 is `digest`. What could be guessed is keyed with the home's key, so
/// that only who holds the key can try; it keys the digest, since the bytes have passed already.
pub(super) fn of(kind: Kind, bytes: u64, digest: [u8; 32], key: &SecretKey) -> Content {
    let always = matches!(kind, Kind::Env | Kind::Secrets | Kind::Tools);
    if always || bytes < GUESSABLE {
        Content { prefix: "blake3-keyed:", digest: *blake3::keyed_hash(&key.0, &digest).as_bytes() }
    } else {
        Content { prefix: "blake3:", digest }
    }
}

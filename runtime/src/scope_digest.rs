//! What decides about a tool in a task, as one number: all layers, the mounts and the limits.
use sha2::{Digest as _, Sha256};

/// SHA-256 of everything that a scope is made of. Two scopes with one digest are the same scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScopeDigest([u8; 32]);

impl ScopeDigest {
    /// The digest of these parts, each after its length: no two lists of parts are the same text.
    #[must_use]
    pub fn of<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let part = part.as_ref();
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(ScopeDigest::of(["ab", "c"]), ScopeDigest::of(["a", "bc"]));
        assert_ne!(ScopeDigest::of(["a"]), ScopeDigest::of(["a", ""]));
    }
}

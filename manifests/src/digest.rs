//! A collision-resistant hash of several texts.
use sha2::{Digest as _, Sha256};

/// SHA-256 of a domain and of these parts, each preceded by its length: no two lists of parts encode to the same bytes.
pub(crate) fn sha256<'p>(domain: &'static str, parts: impl IntoIterator<Item = &'p [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in std::iter::once(domain.as_bytes()).chain(parts) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn bytes_do_not_move_between_parts_or_domains() {
        let of = |domain, parts: &[&[u8]]| sha256(domain, parts.iter().copied());
        let all = [of("a", &[b"bc", b""]), of("a", &[b"b", b"c"]), of("ab", &[b"c"]), of("a", &[b"bc"])];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one));
        }
    }
}

//! Texts as numbers, so that an index compares each segment of a path with all texts of its patterns at once.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A text that some pattern of an index names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol(u32);

/// The texts that the patterns of an index name.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    by_hash: HashMap<u64, Vec<(Box<str>, Symbol)>, Hashed>,
    count: u32,
}

/// The state of a map whose keys are hashes already.
pub(crate) type Hashed = BuildHasherDefault<KeepHash>;

impl Symbols {
    /// The number of a text with this hash, if any pattern names it.
    pub(crate) fn get(&self, hash: u64, text: &str) -> Option<Symbol> {
        self.by_hash.get(&hash)?.iter().find(|(own, _)| **own == *text).map(|&(_, symbol)| symbol)
    }

    /// The number of a text, a new one if need be.
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.get(hash(text), text) {
            return known;
        }
        let symbol = Symbol(self.count);
        self.count += 1;
        self.by_hash.entry(hash(text)).or_default().push((text.into(), symbol));
        symbol
    }
}

/// A quick hash. Only patterns are ever stored under it, so nobody but their author can make them collide; what collides
/// is told apart by its text.
pub(crate) fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (words, short) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let tail = match (bytes.last_chunk::<8>(), short.first_chunk::<4>(), short.last_chunk::<4>()) {
        (Some(last), _, _) => u64::from_le_bytes(*last),
        (None, Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        (None, _, _) => short.iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte)),
    };
    mix(hash, tail)
}

/// A key for a symbol at a node.
pub(crate) fn key(node: u32, Symbol(symbol): Symbol) -> u64 {
    u64::from(node) << 32 | u64::from(symbol)
}

fn mix(hash: u64, word: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = (hash.rotate_left(5) ^ word).wrapping_mul(ODD);
    mixed ^ mixed >> 32
}

/// Mixes a number once more and keeps it.
#[derive(Debug, Default)]
pub(crate) struct KeepHash(u64);

impl Hasher for KeepHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| mix(hash, byte.into()));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mix(0, number);
    }
}

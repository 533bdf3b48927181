//! The texts that an index's patterns name, so that each segment of a path is compared with all of them at once.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::index::Edge;

/// The texts that the patterns of an index name, by their hash.
#[derive(Debug, Default)]
pub(super) struct Symbols(HashMap<u64, Vec<Symbol>, BuildHasherDefault<KeepHash>>);

/// A text, and where in the index it leads on.
#[derive(Debug)]
pub(super) struct Symbol {
    text: Box<str>,
    /// From which node to which, as a whole name; sorted.
    names: Vec<(u32, u32)>,
    /// From which node, where a name's text from its last `.` is this; sorted.
    extensions: Vec<(u32, Edge)>,
}

impl Symbols {
    /// The text with this hash, if any pattern names it.
    pub(super) fn get(&self, hash: u64, text: &str) -> Option<&Symbol> {
        self.0.get(&hash)?.iter().find(|symbol| *symbol.text == *text)
    }

    /// Adds an edge for a whole name, where there is none yet.
    pub(super) fn add_name(&mut self, name: &str, from: u32, to: u32) {
        self.change(name, |symbol| {
            if let Err(place) = symbol.names.binary_search_by_key(&from, |&(node, _)| node) {
                symbol.names.insert(place, (from, to));
            }
        });
    }

    /// Adds an edge for names that end in an extension.
    pub(super) fn add_extension(&mut self, extension: &str, from: u32, edge: Edge) {
        self.change(extension, |symbol| {
            let place = symbol.extensions.partition_point(|&(node, _)| node < from);
            symbol.extensions.insert(place, (from, edge));
        });
    }

    fn change(&mut self, text: &str, change: impl FnOnce(&mut Symbol)) {
        let same_hash = self.0.entry(hash(text)).or_default();
        match same_hash.iter_mut().find(|symbol| *symbol.text == *text) {
            Some(symbol) => change(symbol),
            None => {
                let mut symbol = Symbol { text: text.into(), names: Vec::new(), extensions: Vec::new() };
                change(&mut symbol);
                same_hash.push(symbol);
            }
        }
    }
}

impl Symbol {
    /// Where a node leads with the text as a whole name.
    pub(super) fn name_at(&self, node: u32) -> Option<u32> {
        let place = self.names.binary_search_by_key(&node, |&(from, _)| from).ok()?;
        self.names.get(place).map(|&(_, to)| to)
    }

    /// Where a node may lead with names that end in the text.
    pub(super) fn extension_at(&self, node: u32) -> impl Iterator<Item = &Edge> {
        let first = self.extensions.partition_point(|&(from, _)| from < node);
        let here = self.extensions.iter().skip(first).take_while(move |(from, _)| *from == node);
        here.map(|(_, edge)| edge)
    }
}

/// A quick hash. Only patterns are ever stored under it, so nobody but their author can make them collide; what collides
/// is told apart by its text.
pub(super) fn hash(text: &str) -> u64 {
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

fn mix(hash: u64, word: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = (hash.rotate_left(5) ^ word).wrapping_mul(ODD);
    mixed ^ mixed >> 32
}

/// The hasher of keys that are hashes already.
#[derive(Debug, Default)]
struct KeepHash(u64);

impl Hasher for KeepHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| mix(hash, byte.into()));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

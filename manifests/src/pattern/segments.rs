//! A guest path split once, as written and folded, for many patterns.
use std::borrow::Cow;

use super::fold::fold;
use crate::path::GuestPath;

/// How a pattern is compared with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// As written: for `allow`.
    Exact,
    /// In any case and Unicode form: for `ask` and `deny`.
    Folded,
}

/// A guest path's segments.
#[derive(Debug)]
pub struct Segments<'p> {
    exact: Vec<Segment<'p>>,
    /// `None` where the path is its own folding.
    folded: Option<Vec<Segment<'p>>>,
}

/// A segment with its hash, so that looking it up again and again costs little.
#[derive(Debug)]
pub(crate) struct Segment<'p> {
    text: Cow<'p, str>,
    hash: u64,
}

impl<'p> Segments<'p> {
    /// Splits a path.
    #[must_use]
    pub fn new(path: &'p GuestPath) -> Self {
        let text = path.as_str();
        let its_own = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
        let exact = path.segments().map(|segment| Segment::new(Cow::Borrowed(segment))).collect();
        let folded = (!its_own).then(|| path.segments().map(|segment| Segment::new(fold(segment))).collect());
        Self { exact, folded }
    }

    pub(crate) fn of(&self, flavour: Flavour) -> &[Segment<'p>] {
        match (flavour, &self.folded) {
            (Flavour::Folded, Some(folded)) => folded,
            (Flavour::Folded, None) | (Flavour::Exact, _) => &self.exact,
        }
    }
}

impl<'p> Segment<'p> {
    fn new(text: Cow<'p, str>) -> Self {
        Self { hash: hash(&text), text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

/// A quick hash of a segment. Only patterns are ever stored under it, so nobody but their author can make them collide;
/// what collides is told apart by its text.
pub(crate) fn hash(text: &str) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(ODD);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let tail = rest.iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte));
    let hash = mix(hash, tail);
    hash ^ hash >> 32
}

//! A guest path split once, as written and folded, for many patterns.
use std::borrow::Cow;

use smallvec::SmallVec;

use super::fold::fold;
use super::symbols::hash;
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
    /// With room for a path of usual depth without an allocation.
    exact: SmallVec<[Segment<'p>; 12]>,
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
        let is_folded = !text.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii());
        let mut segments = Self { exact: SmallVec::new(), folded: None };
        segments.exact.extend(split(text).map(|segment| Segment::new(Cow::Borrowed(segment))));
        if !is_folded {
            segments.folded = Some(split(text).map(|segment| Segment::new(fold(segment))).collect());
        }
        segments
    }

    pub(crate) fn of(&self, flavour: Flavour) -> &[Segment<'p>] {
        match (flavour, &self.folded) {
            (Flavour::Folded, Some(folded)) => folded,
            (Flavour::Folded, None) | (Flavour::Exact, _) => &self.exact,
        }
    }

    /// Whether the path is its own folding.
    pub(crate) fn is_folded(&self) -> bool {
        self.folded.is_none()
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

/// What stands behind each `/` of a normal path. Segments are short: a plain loop is quicker than a search.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path.strip_prefix('/').filter(|rest| !rest.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.bytes().position(|b| b == b'/') else { return rest.take() };
        rest = text.get(end + 1..);
        text.get(..end)
    })
}

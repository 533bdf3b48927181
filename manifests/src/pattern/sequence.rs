//! Sequences of segment patterns: what guest paths and URL paths have in common.
use std::fmt;
use std::ops::Range;

use super::glob::Glob;
use super::lex::{self, Dialect};
use super::token::{Piece, Token, write_all};
use super::{Bindings, PatternError};

/// A pattern's segments as written, parted at `/`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SequenceTemplate(Vec<SegmentTemplate>);

#[derive(Clone)]
struct SegmentTemplate {
    at: Range<usize>,
    /// `None` for `**`.
    pieces: Option<Vec<Piece>>,
}

/// Where a segment stands does not matter to what a template means.
impl PartialEq for SegmentTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.pieces == other.pieces
    }
}

/// Without its place, so that equal templates have equal texts ([`crate::rule::Resource::key`]).
impl fmt::Debug for SegmentTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.fmt(f)
    }
}

/// A bound pattern's segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sequence(Vec<Element>);

/// One segment of a bound pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    /// `**`: any number of segments, none too.
    Deep,
    /// One segment.
    One(Glob),
}

impl SequenceTemplate {
    /// Parses what follows the first `/`, which stands `offset` bytes into the pattern.
    pub(crate) fn parse(text: &str, offset: usize, dialect: &Dialect) -> Result<Self, PatternError> {
        let mut segments = Vec::new();
        let mut at = offset;
        for segment in text.split('/').filter(|_| !text.is_empty()) {
            segments.push(SegmentTemplate::parse(segment, at, dialect)?);
            at += segment.len() + 1;
        }
        let template = Self(segments);
        template.bind(&lex::sample(template.parameters()), Ok, Glob::new)?;
        Ok(template)
    }

    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(SegmentTemplate::pieces).filter_map(Piece::parameter)
    }

    pub(crate) fn bind(
        &self,
        bindings: &Bindings,
        literal: impl Fn(char) -> Result<char, char>,
        glob: impl Fn(Vec<Token>) -> Glob,
    ) -> Result<Sequence, PatternError> {
        let mut elements = Vec::new();
        for segment in &self.0 {
            let Some(pieces) = &segment.pieces else {
                elements.push(Element::Deep);
                continue;
            };
            let tokens = lex::bind(pieces, bindings, |c| if c == '/' { Ok(c) } else { literal(c) })?;
            for part in tokens.split(|token| *token == Token::Char('/')) {
                let glob = glob(part.to_vec());
                if let Some(name @ ("" | "." | "..")) = glob.literal() {
                    return Err(PatternError::new(segment.at.clone(), format!("a segment is `{name}`")));
                }
                elements.push(Element::One(glob));
            }
        }
        Ok(Sequence(elements))
    }
}

impl SegmentTemplate {
    fn parse(text: &str, offset: usize, dialect: &Dialect) -> Result<Self, PatternError> {
        let at = offset..offset + text.len();
        let pieces = match text {
            "" => return Err(PatternError::new(offset - 1..offset, "an empty segment: `//`, or `/` at the end")),
            "**" => None,
            _ => Some(lex::lex(text, offset, dialect)?),
        };
        Ok(Self { at, pieces })
    }

    fn pieces(&self) -> &[Piece] {
        self.pieces.as_deref().unwrap_or_default()
    }
}

impl Sequence {
    pub(crate) fn elements(&self) -> &[Element] {
        &self.0
    }

    /// Whether the last element is `**`.
    pub(crate) fn ends_deep(&self) -> bool {
        self.0.last() == Some(&Element::Deep)
    }

    /// The fewest bytes, each segment with its `/`, of anything that matches.
    pub(crate) fn shortest(&self) -> usize {
        let segments = self.0.iter().map(|element| match element {
            Element::Deep => 0,
            Element::One(glob) => 1 + glob.shortest(),
        });
        segments.sum()
    }

    /// Whether the segments match: `one` compares a segment, `passes` says which segments `**` may take.
    pub(crate) fn matches<S>(
        &self,
        segments: &[S],
        one: impl Fn(&Glob, &S) -> bool,
        passes: impl Fn(&S) -> bool,
    ) -> bool {
        self.reached(segments, one, passes).last().is_some_and(|&end| end)
    }

    /// What can remain of the elements once they have taken the segments: one slice for each way to take them.
    pub(crate) fn rests<S>(&self, segments: &[S], one: impl Fn(&Glob, &S) -> bool) -> impl Iterator<Item = &[Element]> {
        let reached = self.reached(segments, one, |_| true);
        reached.into_iter().enumerate().filter(|(_, reached)| *reached).filter_map(|(taken, _)| self.0.get(taken..))
    }

    /// Follows every way at once: for each number of elements, whether they can have taken the segments.
    fn reached<S>(&self, segments: &[S], one: impl Fn(&Glob, &S) -> bool, passes: impl Fn(&S) -> bool) -> Vec<bool> {
        let mut reached = vec![true];
        self.skip_deep(&mut reached);
        for segment in segments {
            let mut next = vec![false];
            for (element, here) in self.0.iter().zip(&reached) {
                let (stays, goes) = match element {
                    Element::Deep => (*here && passes(segment), false),
                    Element::One(glob) => (false, *here && one(glob, segment)),
                };
                next.last_mut().into_iter().for_each(|last| *last |= stays);
                next.push(goes);
            }
            self.skip_deep(&mut next);
            reached = next;
        }
        reached
    }

    /// `**` may take nothing.
    fn skip_deep(&self, reached: &mut Vec<bool>) {
        reached.resize(self.0.len() + 1, false);
        let mut deep_before = false;
        for (element, here) in self.0.iter().map(Some).chain([None]).zip(reached) {
            *here |= deep_before;
            deep_before = *here && element == Some(&Element::Deep);
        }
    }
}

impl fmt::Display for SequenceTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(f, self.0.iter().map(|segment| segment.pieces.as_deref()))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(
            f,
            self.0.iter().map(|element| match element {
                Element::Deep => None,
                Element::One(glob) => Some(glob.tokens()),
            }),
        )
    }
}

/// Writes segments, `None` for `**`, each behind its `/`; a lone `/` where there is none.
fn write_segments<'a, T: fmt::Display + 'a>(
    f: &mut fmt::Formatter<'_>,
    segments: impl ExactSizeIterator<Item = Option<&'a [T]>>,
) -> fmt::Result {
    if segments.len() == 0 {
        return f.write_str("/");
    }
    for segment in segments {
        f.write_str("/")?;
        match segment {
            Some(elements) => write_all(f, elements)?,
            None => f.write_str("**")?,
        }
    }
    Ok(())
}

//! Patterns of guest paths.
use std::fmt;

use super::glob::Glob;
use super::lex::Dialect;
use super::segments::{Flavour, Segment, Segments};
use super::sequence::{Element, Sequence, SequenceTemplate};
use super::token::Token;
use super::{Binding, Bindings, PatternError};
use crate::path::GuestPath;

/// A guest path with wildcards and parameters, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct PathTemplate {
    segments: SequenceTemplate,
    /// The parameter that it begins with, whose value is itself a guest path.
    root: Option<String>,
}

/// A guest path with wildcards: `*` and `?` within a segment, `**` for any number of segments, classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern(Sequence);

const DIALECT: Dialect =
    Dialect { what: "a guest path", one: true, classes: true, deep: false, percent: false, plain: |_| true };

impl PathTemplate {
    /// Parses a path in normal form with wildcards and parameters.
    ///
    /// # Errors
    /// A relative path, an empty, `.` or `..` segment, a trailing slash, a control character, `**` next to text, a bad
    /// class, a bracket that is not closed, or a pattern that no path is short enough to match.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let root = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned());
        let (rest, offset) = match text.strip_prefix('/') {
            Some(rest) => (rest, 1),
            None if root.is_some() => (text, 0),
            None => {
                return Err(PatternError::new(0..text.len(), format!("`{text}` does not begin with `/`"))
                    .with_help("a guest path is absolute, as the tool sees it"));
            }
        };
        if text.len() > GuestPath::MAX {
            return Err(PatternError::new(0..text.len(), format!("a pattern has at most {} bytes", GuestPath::MAX)));
        }
        Ok(Self { segments: SequenceTemplate::parse(rest, offset, &DIALECT)?, root })
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.parameters()
    }

    /// The pattern with the parameters' values in it, as literal text; a `/` in a value parts segments.
    ///
    /// # Errors
    /// An unbound parameter, or a value that would break the path's form or make it longer than any path.
    pub fn bind(&self, bindings: &Bindings) -> Result<PathPattern, PatternError> {
        let sequence = match self.root.as_ref().and_then(|root| Some((root, bindings.get(root)?))) {
            None => self.segments.bind(bindings, Ok, Glob::new)?,
            Some((root, binding)) => {
                let Some(below) = binding.text.strip_prefix('/') else {
                    let message = format!("the parameter `{root}` is no guest path: it does not begin with `/`");
                    return Err(PatternError::new(0..self.to_string().len(), message)
                        .with_help("declare it as one: `{ under = \"/…\" }`"));
                };
                let mut bindings = bindings.clone();
                bindings.insert(root.clone(), Binding { text: below.to_owned(), ..binding.clone() });
                self.segments.bind(&bindings, Ok, Glob::new)?
            }
        };
        if sequence.shortest() > GuestPath::MAX {
            let message = format!("no path of at most {} bytes matches", GuestPath::MAX);
            return Err(PatternError::new(0..self.to_string().len(), message));
        }
        Ok(PathPattern(sequence))
    }
}

impl PathPattern {
    /// Whether the path matches as written: for `allow`.
    #[must_use]
    pub fn matches(&self, path: &GuestPath) -> bool {
        self.matches_segments(&Segments::new(path), Flavour::Exact)
    }

    /// Whether the path matches in any case and Unicode form: for `ask` and `deny`.
    #[must_use]
    pub fn matches_folded(&self, path: &GuestPath) -> bool {
        self.matches_segments(&Segments::new(path), Flavour::Folded)
    }

    /// The same, for a path that was split before: the linear scan beside [`super::PathIndex`].
    #[must_use]
    pub fn matches_segments(&self, path: &Segments<'_>, flavour: Flavour) -> bool {
        self.0.matches(path.of(flavour), one(flavour), |_| true)
    }

    /// Whether every path below this one matches, whatever its depth; the path itself need not. `false` where that cannot
    /// be shown.
    #[must_use]
    pub fn matches_all_below(&self, path: &Segments<'_>, flavour: Flavour) -> bool {
        self.0.rests(path.of(flavour), one(flavour)).any(takes_everything)
    }

    /// Whether some path below this one may match. `true` where that cannot be ruled out.
    #[must_use]
    pub fn may_match_below(&self, path: &Segments<'_>, flavour: Flavour) -> bool {
        self.0.rests(path.of(flavour), one(flavour)).any(|rest| !rest.is_empty())
    }

    /// Paths that it matches, for example.
    pub(crate) fn sample_texts(&self) -> Vec<String> {
        super::sample::paths(&self.0)
    }

    /// Whether the last segment, a `**` behind it aside, is one name: the pattern itself says it, with no wildcard.
    pub(crate) fn ends_in_a_name(&self) -> bool {
        let last = self.0.elements().iter().rev().find_map(|element| match element {
            Element::Deep => None,
            Element::One(glob) => Some(glob.literal().is_some()),
        });
        last.unwrap_or(true)
    }

    pub(crate) fn elements(&self) -> &[Element] {
        self.0.elements()
    }
}

/// How one segment is compared.
fn one(flavour: Flavour) -> impl Fn(&Glob, &Segment<'_>) -> bool {
    move |glob, segment| match flavour {
        Flavour::Exact => glob.matches(segment.text()),
        Flavour::Folded => glob.matches_folded(segment.text()),
    }
}

/// Whether elements match every sequence of one segment or more: `**`, or `**` with one `*` on either side of it.
fn takes_everything(elements: &[Element]) -> bool {
    let mut singles = elements.iter().filter_map(|element| match element {
        Element::Deep => None,
        Element::One(glob) => Some(glob),
    });
    let deep = elements.contains(&Element::Deep);
    deep && singles.next().is_none_or(|glob| *glob.tokens() == [Token::Many]) && singles.next().is_none()
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = self.segments.to_string();
        // A sequence writes itself with a `/` in front.
        f.write_str(if self.root.is_some() { written.strip_prefix('/').unwrap_or(&written) } else { &written })
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

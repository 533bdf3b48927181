//! What a field must be.
use std::cmp::Ordering;

use serde_json::Value;

use super::decimal::Decimal;
use super::proof::{Proof, all, any};
use crate::diagnostic::Diagnostic;
use crate::path::GuestPath;
use crate::pattern::{Flavour, PathPattern, PathTemplate, Segments, TextPattern, TextTemplate};
use crate::provenance::atom;
use crate::rule::{Binder, Found, Written};
use crate::scope::{History, MarkId, Sighting, Source, Wording};

/// A test of one field, of texts `T`, guest paths `P` and patterns of earlier calls `M`: as written, or bound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test<T, P, M> {
    /// A text that matches.
    Text(T),
    /// A guest path in normal form that matches.
    Path(P),
    /// Exactly this number.
    Number(Decimal),
    /// Exactly this truth value.
    Bool(bool),
    /// A number of at least this.
    Min(Decimal),
    /// A number of at most this.
    Max(Decimal),
    /// At most so many characters or items.
    Length(u64),
    /// No such field.
    Absent,
    /// A text that spells a number or a truth value of which this holds.
    Spelled(Box<Self>),
    /// Each element of an array, or the one value.
    Each(Box<Self>),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Supplied by an earlier call of this pattern, at a field of its output where that is `true`.
    Seen(M, bool),
}

/// A test as written.
pub(crate) type TestTemplate = Test<Written<TextTemplate>, Written<PathTemplate>, Wording>;
/// A test with the task's parameters bound.
pub(crate) type BoundTest = Test<TextPattern, PathPattern, MarkId>;

impl TestTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<BoundTest, Diagnostic> {
        let each = |tests: &[Self]| tests.iter().map(|test| test.bind(binder)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::Text(text) => match text.as_path(binder)? {
                Some(path) => Test::Path(path.bind(binder)?),
                None => Test::Text(text.bind(binder)?),
            },
            Self::Path(path) => Test::Path(path.bind(binder)?),
            Self::Number(number) => Test::Number(number.clone()),
            Self::Bool(value) => Test::Bool(*value),
            Self::Min(least) => Test::Min(least.clone()),
            Self::Max(most) => Test::Max(most.clone()),
            Self::Length(most) => Test::Length(*most),
            Self::Absent => Test::Absent,
            Self::Spelled(test) => Test::Spelled(Box::new(test.bind(binder)?)),
            Self::Each(test) => Test::Each(Box::new(test.bind(binder)?)),
            Self::All(tests) => Test::All(each(tests)?),
            Self::Any(tests) => Test::Any(each(tests)?),
            Self::Seen(mark, at_a_field) => Test::Seen(binder.owner.mark(*mark), *at_a_field),
        })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        match self {
            Self::Text(text) => text.parameters(sources, found),
            Self::Path(path) => path.parameters(sources, found),
            Self::Spelled(test) | Self::Each(test) => test.parameters(sources, found),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.parameters(sources, found)),
            Self::Number(_)
            | Self::Bool(_)
            | Self::Min(_)
            | Self::Max(_)
            | Self::Length(_)
            | Self::Absent
            | Self::Seen(..) => {}
        }
    }
}

impl<T, P, M: Copy> Test<T, P, M> {
    /// Gives the patterns of earlier calls that it asks about another identity.
    pub(crate) fn rename_marks(&mut self, new: &dyn Fn(M) -> M) {
        match self {
            Self::Seen(mark, _) => *mark = new(*mark),
            Self::All(tests) | Self::Any(tests) => tests.iter_mut().for_each(|test| test.rename_marks(new)),
            Self::Each(test) | Self::Spelled(test) => test.rename_marks(new),
            _ => {}
        }
    }

    /// The same of a text: what is asked of a number or a truth value is asked of the one that the text spells.
    pub(crate) fn of_text(self) -> Self {
        let each = |tests: Vec<Self>| tests.into_iter().map(Self::of_text).collect();
        match self {
            Self::All(tests) => Self::All(each(tests)),
            Self::Any(tests) => Self::Any(each(tests)),
            Self::Number(_) | Self::Bool(_) | Self::Min(_) | Self::Max(_) => Self::Spelled(Box::new(self)),
            _ => self,
        }
    }
}

impl BoundTest {
    /// Whether it is tested without work.
    pub(crate) fn is_fast(&self) -> bool {
        match self {
            Self::Number(_) | Self::Bool(_) | Self::Min(_) | Self::Max(_) | Self::Length(_) | Self::Absent => true,
            Self::All(tests) => tests.iter().all(Self::is_fast),
            _ => false,
        }
    }

    /// Tests a field's value, in a task that did this before; `None` where the field is not there.
    pub(crate) fn on(&self, value: Option<&Value>, history: Option<&History>) -> Proof {
        match (self, value) {
            (Self::All(tests), _) => all(tests.iter().map(|test| test.on(value, history))),
            (Self::Any(tests), _) => any(tests.iter().map(|test| test.on(value, history))),
            (Self::Each(test), Some(Value::Array(items))) => all(items.iter().map(|item| test.on(Some(item), history))),
            (Self::Each(test), value) => test.on(value, history),
            (Self::Spelled(test), Some(Value::String(text))) => {
                spelled(text).map_or(Proof::Unknown, |value| test.on(Some(&value), history))
            }
            // What was not seen may have been, where not everything could be kept.
            (Self::Seen(mark, at_a_field), Some(value)) => match (history, asked(*mark, *at_a_field, value)) {
                (Some(history), Some(sighting)) if history.seen.contains_key(&sighting) => Proof::Proved,
                _ => Proof::Unknown,
            },
            (Self::Absent, value) => Proof::of(value.is_none()),
            (Self::Text(pattern), Some(Value::String(text))) => {
                matched(pattern.matches(text), || pattern.matches_folded(text))
            }
            (Self::Path(pattern), Some(Value::String(text))) => GuestPath::parse(text).map_or(Proof::Unknown, |path| {
                let path = Segments::new(&path);
                let matches = |flavour| pattern.matches_segments(&path, flavour);
                matched(matches(Flavour::Exact), || matches(Flavour::Folded))
            }),
            (Self::Bool(own), Some(Value::Bool(value))) => Proof::of(own == value),
            (Self::Length(most), Some(Value::String(text))) => at_most(text.chars().count(), *most),
            (Self::Length(most), Some(Value::Array(items))) => at_most(items.len(), *most),
            (Self::Number(own), Some(Value::Number(number))) => compared(own, number, Ordering::is_eq),
            (Self::Min(least), Some(Value::Number(number))) => compared(least, number, Ordering::is_ge),
            (Self::Max(most), Some(Value::Number(number))) => compared(most, number, Ordering::is_le),
            (_, _) => Proof::Unknown,
        }
    }
}

impl BoundTest {
    /// What it wants earlier calls to have supplied.
    pub(crate) fn sightings(&self, value: &Value, found: &mut dyn FnMut(Sighting)) {
        match (self, value) {
            (Self::Seen(mark, at_a_field), value) => asked(*mark, *at_a_field, value).into_iter().for_each(found),
            (Self::All(tests) | Self::Any(tests), value) => {
                tests.iter().for_each(|test| test.sightings(value, found));
            }
            (Self::Each(test), Value::Array(items)) => items.iter().for_each(|item| test.sightings(item, found)),
            (Self::Each(test), value) => test.sightings(value, found),
            _ => {}
        }
    }
}

fn asked(mark: MarkId, at_a_field: bool, value: &Value) -> Option<Sighting> {
    atom(value, at_a_field).map(|atom| Sighting { mark, atom })
}

/// What matches exactly is proved; what does not even match in another case or Unicode form is disproved.
fn matched(exactly: bool, folded: impl FnOnce() -> bool) -> Proof {
    match (exactly, exactly || folded()) {
        (true, _) => Proof::Proved,
        (false, true) => Proof::Unknown,
        (false, false) => Proof::Disproved,
    }
}

/// The number or truth value that a text spells for every reader: no exponent, no sign but `-`, no zero in front.
fn spelled(text: &str) -> Option<Value> {
    let plain = matches!(text, "true" | "false") || text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
    serde_json::from_str(text).ok().filter(|_| plain)
}

fn at_most(count: usize, most: u64) -> Proof {
    Proof::of(u64::try_from(count).is_ok_and(|count| count <= most))
}

fn compared(own: &Decimal, number: &serde_json::Number, holds: impl FnOnce(Ordering) -> bool) -> Proof {
    own.of_json(number).map_or(Proof::Unknown, |order| Proof::of(holds(order)))
}

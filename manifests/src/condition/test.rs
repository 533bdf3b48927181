//! What a field must be.
use std::cmp::Ordering;

use serde_json::Value;

use super::decimal::Decimal;
use super::proof::{Proof, Quantifier, all, any};
use super::value_pattern::{ValuePattern, ValueTemplate};
use crate::diagnostic::Diagnostic;
use crate::provenance::atom;
use crate::rule::{Binder, Found};
use crate::scope::{History, MarkId, Sighting, Source, Wording};
use crate::value_type::ValueType;

/// A test of one field, of texts that match `P` and of patterns `M` of earlier calls: as written, or bound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test<P, M> {
    /// A text that matches.
    Text(P),
    /// A text of this type, in normal form.
    Is(ValueType),
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
    /// Nothing is there, or a value of which this holds.
    Optional(Box<Self>),
    /// A text that spells a number or a truth value of which this holds.
    Spelled(Box<Self>),
    /// The elements of an array, or the one value.
    Each(Box<Self>),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Supplied by an earlier call of this pattern, at a field of its output where that is `true`.
    Seen(M, bool),
}

/// A test as written.
pub(crate) type TestTemplate = Test<ValueTemplate, Wording>;
/// A test with the task's parameters bound.
pub(crate) type BoundTest = Test<ValuePattern, MarkId>;

impl TestTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<BoundTest, Diagnostic> {
        let each = |tests: &[Self]| tests.iter().map(|test| test.bind(binder)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::Text(text) => Test::Text(text.bind(binder)?),
            Self::Is(own) => Test::Is(*own),
            Self::Number(number) => Test::Number(number.clone()),
            Self::Bool(value) => Test::Bool(*value),
            Self::Min(least) => Test::Min(least.clone()),
            Self::Max(most) => Test::Max(most.clone()),
            Self::Length(most) => Test::Length(*most),
            Self::Absent => Test::Absent,
            Self::Optional(test) => Test::Optional(Box::new(test.bind(binder)?)),
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
            Self::Spelled(test) | Self::Each(test) | Self::Optional(test) => test.parameters(sources, found),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.parameters(sources, found)),
            Self::Is(_)
            | Self::Number(_)
            | Self::Bool(_)
            | Self::Min(_)
            | Self::Max(_)
            | Self::Length(_)
            | Self::Absent
            | Self::Seen(..) => {}
        }
    }
}

impl<P, M: Copy> Test<P, M> {
    /// Gives the patterns of earlier calls that it asks about another identity.
    pub(crate) fn rename_marks(&mut self, new: &dyn Fn(M) -> M) {
        match self {
            Self::Seen(mark, _) => *mark = new(*mark),
            Self::All(tests) | Self::Any(tests) => tests.iter_mut().for_each(|test| test.rename_marks(new)),
            Self::Each(test) | Self::Spelled(test) | Self::Optional(test) => test.rename_marks(new),
            _ => {}
        }
    }

    /// The same of a text: what is asked of a number or a truth value is asked of the one that the text spells.
    pub(crate) fn of_text(self) -> Self {
        let each = |tests: Vec<Self>| tests.into_iter().map(Self::of_text).collect();
        match self {
            Self::All(tests) => Self::All(each(tests)),
            Self::Any(tests) => Self::Any(each(tests)),
            Self::Optional(test) => Self::Optional(Box::new(test.of_text())),
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
            Self::Optional(test) => test.is_fast(),
            _ => false,
        }
    }

    /// Tests a field's value, in a task that did this before; `None` where nothing is there. The quantifier says whether
    /// the rule is an `allow`, or an `ask` or a `deny`.
    pub(crate) fn on(&self, value: Option<&Value>, history: Option<&History>, quantifier: Quantifier) -> Proof {
        let on = |test: &Self, value: Option<&Value>| test.on(value, history, quantifier);
        match (self, value) {
            (Self::All(tests), _) => all(tests.iter().map(|test| on(test, value))),
            (Self::Any(tests), _) => any(tests.iter().map(|test| on(test, value))),
            (Self::Optional(_), None) => quantifier.of_nothing(),
            (Self::Optional(test), value) => on(test, value),
            (Self::Each(test), Some(Value::Array(items))) => {
                quantifier.over(items.iter().map(|item| on(test, Some(item))))
            }
            (Self::Each(test), value) => on(test, value),
            (Self::Spelled(test), Some(Value::String(text))) => {
                spelled(text).map_or(Proof::Unknown, |value| on(test, Some(&value)))
            }
            // A tool may take `null` and an empty array for nothing, or for something.
            (Self::Absent, Some(Value::Null)) => Proof::Unknown,
            (Self::Absent, Some(Value::Array(items))) if items.is_empty() => Proof::Unknown,
            // What was not seen may have been, where not everything could be kept.
            (Self::Seen(mark, at_a_field), Some(value)) => match (history, asked(*mark, *at_a_field, value)) {
                (Some(history), Some(sighting)) if history.seen.contains_key(&sighting) => Proof::Proved,
                _ => Proof::Unknown,
            },
            (Self::Absent, value) => Proof::of(value.is_none()),
            (Self::Text(pattern), Some(Value::String(text))) => pattern.test(text),
            (Self::Is(own), Some(Value::String(text))) if own.normal(text).as_ref() == Some(text) => Proof::Proved,
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
    /// Every type of texts that it compares.
    pub(crate) fn value_types(&self, found: &mut dyn FnMut(ValueType)) {
        match self {
            Self::Text(pattern) => pattern.value_type().into_iter().for_each(found),
            Self::Is(own) => found(*own),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.value_types(found)),
            Self::Each(test) | Self::Optional(test) => test.value_types(found),
            _ => {}
        }
    }

    /// Gives a type to the patterns of texts that have none.
    pub(crate) fn give_type(&mut self, own: ValueType) {
        match self {
            Self::Text(pattern) => pattern.give_type(own),
            Self::All(tests) | Self::Any(tests) => tests.iter_mut().for_each(|test| test.give_type(own)),
            Self::Each(test) | Self::Optional(test) => test.give_type(own),
            _ => {}
        }
    }

    /// What it wants earlier calls to have supplied.
    pub(crate) fn sightings(&self, value: &Value, found: &mut dyn FnMut(Sighting)) {
        match (self, value) {
            (Self::Seen(mark, at_a_field), value) => asked(*mark, *at_a_field, value).into_iter().for_each(found),
            (Self::All(tests) | Self::Any(tests), value) => {
                tests.iter().for_each(|test| test.sightings(value, found));
            }
            (Self::Each(test), Value::Array(items)) => items.iter().for_each(|item| test.sightings(item, found)),
            (Self::Each(test) | Self::Optional(test), value) => test.sightings(value, found),
            _ => {}
        }
    }
}

fn asked(mark: MarkId, at_a_field: bool, value: &Value) -> Option<Sighting> {
    atom(value, at_a_field).map(|atom| Sighting { mark, atom })
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

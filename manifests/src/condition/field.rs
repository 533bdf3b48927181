//! Where a condition looks: a path of field names, `[]` for every element of an array.
use std::fmt;

use serde_json::Value;
use smallvec::SmallVec;

use super::proof::{Proof, Quantifier};
use crate::input_schema::Place;
use crate::pattern::PatternError;

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// To the field of that name.
    Name(String),
    /// To every element.
    Each,
}

/// A path into an input, as `items[].to`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FieldPath {
    steps: Vec<Step>,
    /// Bit `n`: the tool's schema allows `null` behind step `n`. Deeper steps than there are bits allow none.
    nullable: u64,
}

impl FieldPath {
    pub(crate) fn parse(text: &str) -> Result<Self, PatternError> {
        let mut steps = Vec::new();
        let mut at = 0;
        for part in text.split('.') {
            let name = part.trim_end_matches("[]");
            if name.is_empty() || name.contains(['[', ']']) || name.chars().any(char::is_control) {
                let error = PatternError::new(at..at + part.len(), format!("`{}` is no field", text.escape_debug()));
                return Err(error.with_help("names stand between dots, with `[]` behind one for every element of it"));
            }
            steps.push(Step::Name(name.to_owned()));
            steps.extend((0..(part.len() - name.len()) / 2).map(|_| Step::Each));
            at += part.len() + 1;
        }
        Ok(Self { steps, nullable: 0 })
    }

    /// The path to one field, whatever is in its name.
    pub(crate) fn only(name: &str) -> Self {
        Self { steps: vec![Step::Name(name.to_owned())], nullable: 0 }
    }

    /// Notes where on the path the tool's schema allows `null`.
    pub(crate) fn mark_nullable(&mut self, schema: &Place<'_>) {
        let mut place = schema.clone();
        for (at, step) in self.steps.iter().enumerate() {
            place = below_schema(&place, step);
            self.nullable |= u64::from(place.allows_null()).checked_shl(at.try_into().unwrap_or(u32::MAX)).unwrap_or(0);
        }
    }

    /// The place in the tool's schema that the path leads to.
    pub(crate) fn in_schema<'s>(&self, schema: &Place<'s>) -> Place<'s> {
        self.steps.iter().fold(schema.clone(), |place, step| below_schema(&place, step))
    }

    /// Every value at the path.
    pub(crate) fn values<'v>(&self, input: &'v Value, found: &mut dyn FnMut(&'v Value)) {
        values(input, &self.steps, found);
    }

    /// Changes every value at the path.
    pub(crate) fn change(&self, input: &mut Value, change: &mut dyn FnMut(&mut Value)) {
        self::change(input, &self.steps, change);
    }

    /// The first that is found of the values at the path; a value that cannot be reached is missing.
    pub(crate) fn first(&self, input: &Value, find: &dyn Fn(Option<&Value>) -> Option<String>) -> Option<String> {
        first(Some(input), &self.steps, self.nullable, find)
    }

    /// Tests the values at the path: every element of an array, or any. `test` gets `None` where nothing is there: the field
    /// is absent, or `null` where the tool's schema allows that, or the array is empty.
    pub(crate) fn test(&self, input: &Value, quantifier: Quantifier, test: &dyn Fn(Option<&Value>) -> Proof) -> Proof {
        walk(Some(input), &self.steps, self.nullable, quantifier, test)
    }
}

fn below_schema<'s>(place: &Place<'s>, step: &Step) -> Place<'s> {
    match step {
        Step::Name(name) => place.field(name),
        Step::Each => place.element(),
    }
}

/// A value, or `None` where nothing is there: the lowest bit tells whether `null` is nothing.
fn present(value: Option<&Value>, nullable: u64) -> Option<&Value> {
    value.filter(|value| !(value.is_null() && nullable & 1 == 1))
}

fn walk(
    value: Option<&Value>,
    steps: &[Step],
    nullable: u64,
    quantifier: Quantifier,
    test: &dyn Fn(Option<&Value>) -> Proof,
) -> Proof {
    let go_on = |value, rest: &[Step]| walk(present(value, nullable), rest, nullable >> 1, quantifier, test);
    match (steps.split_first(), value) {
        (None, value) => test(value),
        (Some(_), None) => test(None),
        (Some((Step::Name(name), rest)), Some(Value::Object(fields))) => go_on(fields.get(name), rest),
        (Some((Step::Each, _)), Some(Value::Array(items))) if items.is_empty() => test(None),
        (Some((Step::Each, rest)), Some(Value::Array(items))) => {
            quantifier.over(items.iter().map(|item| go_on(Some(item), rest)))
        }
        (Some(_), Some(_)) => Proof::Unknown,
    }
}

fn first(
    value: Option<&Value>,
    steps: &[Step],
    nullable: u64,
    find: &dyn Fn(Option<&Value>) -> Option<String>,
) -> Option<String> {
    let go_on = |value, rest: &[Step]| first(present(value, nullable), rest, nullable >> 1, find);
    match (steps.split_first(), value) {
        (None, value) => find(value),
        (Some(_), None) => find(None),
        (Some((Step::Name(name), rest)), Some(Value::Object(fields))) => go_on(fields.get(name), rest),
        (Some((Step::Each, _)), Some(Value::Array(items))) if items.is_empty() => find(None),
        (Some((Step::Each, rest)), Some(Value::Array(items))) => items.iter().find_map(|item| go_on(Some(item), rest)),
        (Some(_), Some(_)) => Some("is missing".to_owned()),
    }
}

fn change(value: &mut Value, steps: &[Step], found: &mut dyn FnMut(&mut Value)) {
    match (steps.split_first(), value) {
        (None, value) => found(value),
        (Some((Step::Name(name), rest)), Value::Object(fields)) => {
            if let Some(value) = fields.get_mut(name) {
                change(value, rest, found);
            }
        }
        (Some((Step::Each, rest)), Value::Array(items)) => {
            items.iter_mut().for_each(|item| change(item, rest, found));
        }
        (Some(_), _) => {}
    }
}

fn values<'v>(value: &'v Value, steps: &[Step], found: &mut dyn FnMut(&'v Value)) {
    match (steps.split_first(), value) {
        (None, value) => found(value),
        (Some((Step::Name(name), rest)), Value::Object(fields)) => {
            if let Some(value) = fields.get(name) {
                values(value, rest, found);
            }
        }
        (Some((Step::Each, rest)), Value::Array(items)) => items.iter().for_each(|item| values(item, rest, found)),
        (Some(_), _) => {}
    }
}

/// The first part of a value that lies on none of the paths, as a path; `None` where every part lies on one.
pub(crate) fn uncovered<'p>(value: &Value, paths: impl Iterator<Item = &'p FieldPath>) -> Option<String> {
    match value {
        // The input itself needs no condition.
        Value::Object(fields) if fields.is_empty() => None,
        _ => uncovered_by(value, &paths.map(|path| (path.steps.as_slice(), path.nullable << 1)).collect()),
    }
}

/// What is left of the paths that lead into a value. The lowest bit beside it: the schema allows the value to be `null`.
type Below<'p> = SmallVec<[(&'p [Step], u64); 24]>;

fn uncovered_by(value: &Value, paths: &Below<'_>) -> Option<String> {
    if paths.iter().any(|(path, _)| path.is_empty()) {
        return None;
    }
    match value {
        // An empty object is something: only a path that leads on from it covers it.
        Value::Object(fields) if fields.is_empty() => {
            let leads_on = paths.iter().any(|(path, _)| matches!(path.first(), Some(Step::Name(_))));
            (!leads_on).then(String::new)
        }
        Value::Object(fields) => {
            let mut next = 0;
            fields.iter().find_map(|(name, value)| {
                let is_it = |step: &Step| matches!(step, Step::Name(own) if own == name);
                // Most paths are one name, in the order of the fields.
                let (before, from) = paths.split_at(next);
                let is_whole = |(path, _): &(&[Step], u64)| matches!(path, [step] if is_it(step));
                if let Some(at) = from.iter().position(is_whole) {
                    next += at + 1;
                    return None;
                }
                if before.iter().any(is_whole) {
                    return None;
                }
                let rest = uncovered_by(value, &below(paths, &is_it))?;
                let dot = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
                Some(format!("{name}{dot}{rest}"))
            })
        }
        Value::Array(items) => {
            let below = below(paths, &|step| *step == Step::Each);
            if below.is_empty() {
                return Some(String::new());
            }
            let rest = items.iter().find_map(|item| uncovered_by(item, &below))?;
            let dot = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
            Some(format!("[]{dot}{rest}"))
        }
        // There is nothing behind it: a condition on what could be there says what that means.
        Value::Null if paths.iter().any(|(_, nullable)| nullable & 1 == 1) => None,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(String::new()),
    }
}

/// What is left behind a step of the paths that begin with it.
fn below<'p>(paths: &Below<'p>, step: &dyn Fn(&Step) -> bool) -> Below<'p> {
    let rest = paths.iter().filter_map(|(path, nullable)| Some((path.split_first()?, nullable >> 1)));
    rest.filter(|((first, _), _)| step(first)).map(|((_, rest), nullable)| (rest, nullable)).collect()
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

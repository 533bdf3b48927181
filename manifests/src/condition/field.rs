//! Where a condition looks: a path of field names, `[]` for every element of an array.
use std::fmt;

use serde_json::Value;
use smallvec::SmallVec;

use super::proof::{Proof, all};
use crate::pattern::PatternError;

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the field of that name.
    Name(String),
    /// To every element.
    Each,
}

/// A path into an input, as `items[].to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldPath(Vec<Step>);

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
        Ok(Self(steps))
    }

    /// The path to one field, whatever is in its name.
    pub(crate) fn only(name: &str) -> Self {
        Self(vec![Step::Name(name.to_owned())])
    }

    /// Every value at the path.
    pub(crate) fn values<'v>(&self, input: &'v Value, found: &mut dyn FnMut(&'v Value)) {
        values(input, &self.0, found);
    }

    /// The first that is found of the values at the path; a value that cannot be reached is missing.
    pub(crate) fn first(&self, input: &Value, find: &dyn Fn(Option<&Value>) -> Option<String>) -> Option<String> {
        first(Some(input), &self.0, find)
    }

    /// Tests the value at the path: `None` where the field is not there.
    pub(crate) fn test(&self, input: &Value, test: &dyn Fn(Option<&Value>) -> Proof) -> Proof {
        walk(Some(input), &self.0, test)
    }
}

fn walk(value: Option<&Value>, steps: &[Step], test: &dyn Fn(Option<&Value>) -> Proof) -> Proof {
    match (steps.split_first(), value) {
        (None, value) => test(value),
        (Some((Step::Name(name), rest)), Some(Value::Object(fields))) => walk(fields.get(name), rest, test),
        (Some((Step::Each, rest)), Some(Value::Array(items))) => {
            all(items.iter().map(|item| walk(Some(item), rest, test)))
        }
        (Some((Step::Name(_), rest)), None) if !rest.contains(&Step::Each) => walk(None, rest, test),
        (Some(_), _) => Proof::Unknown,
    }
}

fn first(value: Option<&Value>, steps: &[Step], find: &dyn Fn(Option<&Value>) -> Option<String>) -> Option<String> {
    match (steps.split_first(), value) {
        (None, value) => find(value),
        (Some((Step::Name(name), rest)), Some(Value::Object(fields))) => first(fields.get(name), rest, find),
        (Some((Step::Each, rest)), Some(Value::Array(items))) => {
            items.iter().find_map(|item| first(Some(item), rest, find))
        }
        (Some((Step::Name(_), rest)), None) if !rest.contains(&Step::Each) => first(None, rest, find),
        (Some(_), _) => Some("is missing".to_owned()),
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
    uncovered_by(value, &paths.map(|path| path.0.as_slice()).collect::<SmallVec<_>>())
}

/// What is left of the paths that lead into a value.
type Below<'p> = SmallVec<[&'p [Step]; 24]>;

fn uncovered_by(value: &Value, paths: &Below<'_>) -> Option<String> {
    if paths.iter().any(|path| path.is_empty()) {
        return None;
    }
    match value {
        Value::Object(fields) => {
            let mut next = 0;
            fields.iter().find_map(|(name, value)| {
                let is_it = |step: &Step| matches!(step, Step::Name(own) if own == name);
                // Most paths are one name, in the order of the fields.
                let (before, from) = paths.split_at(next);
                let is_whole = |path: &&[Step]| matches!(path, [step] if is_it(step));
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
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(String::new()),
    }
}

/// What is left behind a step of the paths that begin with it.
fn below<'p>(paths: &Below<'p>, step: &dyn Fn(&Step) -> bool) -> Below<'p> {
    let rest = paths.iter().filter_map(|path| path.split_first());
    rest.filter(|(first, _)| step(first)).map(|(_, rest)| rest).collect()
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

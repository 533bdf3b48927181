//! Where a condition looks: a path of field names, `[]` for every element of an array.
use std::fmt;

use serde_json::Value;

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

/// Whether every part of a value lies on one of the paths.
pub(crate) fn covered<'p>(value: &Value, paths: impl Iterator<Item = &'p FieldPath>) -> bool {
    covered_by(value, &paths.map(|path| path.0.as_slice()).collect::<Vec<_>>())
}

fn covered_by(value: &Value, paths: &[&[Step]]) -> bool {
    if paths.iter().any(|path| path.is_empty()) {
        return true;
    }
    let below = |step: &dyn Fn(&Step) -> bool| -> Vec<&[Step]> {
        let further = |path: &&'_ [Step]| path.first().is_some_and(step);
        paths.iter().copied().filter(further).filter_map(|path| path.get(1..)).collect()
    };
    match value {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            let below = below(&|step| matches!(step, Step::Name(own) if own == name));
            covered_by(value, &below)
        }),
        Value::Array(items) => {
            let below = below(&|step| *step == Step::Each);
            !below.is_empty() && items.iter().all(|item| covered_by(item, &below))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
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

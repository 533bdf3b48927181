//! Conditions on a call's input or a URL's query. A condition must be proved for an `allow` to match, and disproved for an `ask` or `deny`
//! not to.
mod decimal;
mod earlier;
mod field;
mod obstacle;
mod proof;
mod query;
mod test;

use serde_json::Value;

pub(crate) use decimal::Decimal;
pub(crate) use earlier::{Earlier, EarlierTemplate};
pub(crate) use field::FieldPath;
pub(crate) use obstacle::Known;
pub(crate) use proof::Proof;
pub(crate) use query::{Query, QueryTemplate};
pub(crate) use test::{BoundTest, Test, TestTemplate};

use crate::diagnostic::Diagnostic;
use crate::rule::{Binder, Found};
use crate::scope::{History, Sighting, Source};

/// The conditions of one rule, with tests `T`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ConditionsOf<T> {
    pub(crate) fields: Vec<(FieldPath, T)>,
    /// Whether fields that no condition names may be there.
    pub(crate) others_are_open: bool,
}

/// Conditions as written.
pub(crate) type ConditionsTemplate = ConditionsOf<TestTemplate>;
/// Conditions with the task's parameters bound.
pub(crate) type Conditions = ConditionsOf<BoundTest>;

impl ConditionsTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<Conditions, Diagnostic> {
        let bind = |(path, test): &(FieldPath, TestTemplate)| Ok((path.clone(), test.bind(binder)?));
        let fields = self.fields.iter().map(bind).collect::<Result<_, _>>()?;
        Ok(ConditionsOf { fields, others_are_open: self.others_are_open })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.fields.iter().for_each(|(_, test)| test.parameters(sources, found));
    }
}

impl Conditions {
    /// Whether every condition holds, for a task that did this before.
    pub(crate) fn test(&self, input: &Value, history: Option<&History>) -> Proof {
        proof::all(self.fields.iter().map(|(path, test)| path.test(input, &|value| test.on(value, history))))
    }

    /// Whether every condition is proved, and no field is there that none names.
    pub(crate) fn are_proved(&self, input: &Value, history: Option<&History>) -> bool {
        let is_proved =
            |(path, test): &(FieldPath, BoundTest)| path.test(input, &|value| test.on(value, history)) == Proof::Proved;
        // What is told fast is asked first.
        let mut fast = self.fields.iter().filter(|(_, test)| test.is_fast());
        let mut slow = self.fields.iter().filter(|(_, test)| !test.is_fast());
        fast.all(is_proved) && slow.all(is_proved) && self.leaves_nothing_open(input)
    }

    fn paths(&self) -> impl Iterator<Item = &FieldPath> {
        self.fields.iter().map(|(path, _)| path)
    }

    /// What the conditions want earlier calls to have supplied, with the field that it is for.
    pub(crate) fn sightings(&self, input: &Value, found: &mut dyn FnMut(&FieldPath, Sighting)) {
        for (path, test) in &self.fields {
            let mut values = Vec::new();
            path.values(input, &mut |value| values.push(value));
            for value in values {
                test.sightings(value, &mut |sighting| found(path, sighting));
            }
        }
    }

    /// Whether each field of the input is one that a condition names, or others may be there.
    pub(crate) fn leaves_nothing_open(&self, input: &Value) -> bool {
        self.others_are_open || field::uncovered(input, self.paths()).is_none()
    }
}

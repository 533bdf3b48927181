//! Conditions on a call's input or a URL's query. A condition must be proved for an `allow` to match, and disproved for an `ask` or `deny`
//! not to.
mod decimal;
mod field;
mod proof;
mod query;
mod test;

use std::ops::Range;

use serde_json::Value;

pub(crate) use decimal::Decimal;
pub(crate) use field::FieldPath;
pub(crate) use proof::Proof;
pub(crate) use query::{Query, QueryTemplate};
pub(crate) use test::{BoundTest, Test, TestTemplate};

use crate::diagnostic::Diagnostic;
use crate::rule::Binder;
use crate::scope::Source;

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

    pub(crate) fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>)) {
        self.fields.iter().for_each(|(_, test)| test.parameters(source, found));
    }
}

impl Conditions {
    /// Whether every condition holds.
    pub(crate) fn test(&self, input: &Value) -> Proof {
        proof::all(self.fields.iter().map(|(path, test)| path.test(input, &|value| test.on(value))))
    }

    /// Whether each field of the input is one that a condition names, or others may be there.
    pub(crate) fn leaves_nothing_open(&self, input: &Value) -> bool {
        self.others_are_open || field::covered(input, self.fields.iter().map(|(path, _)| path))
    }
}

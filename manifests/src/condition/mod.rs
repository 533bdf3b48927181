//! Conditions on a call's input or a URL's query. A condition must be proved for an `allow` to match, and disproved for an `ask` or `deny`
//! not to.
mod decimal;
mod earlier;
mod field;
mod obstacle;
mod proof;
mod query;
mod test;
mod value_pattern;

use serde_json::Value;

pub(crate) use decimal::Decimal;
pub(crate) use earlier::{Earlier, EarlierTemplate};
pub(crate) use field::FieldPath;
pub(crate) use obstacle::Known;
pub(crate) use proof::{Proof, Quantifier};
pub(crate) use query::{Query, QueryTemplate};
pub(crate) use test::{BoundTest, Test, TestTemplate};
pub(crate) use value_pattern::{UrlQuery, ValueTemplate, is_url_form};

use crate::diagnostic::Diagnostic;
use crate::input_schema::Place;
use crate::rule::{Binder, Found};
use crate::scope::{History, Sighting, Source};
use crate::value_type::ValueType;

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
    /// Whether every condition holds, for a task that did this before: of every element of an array, or of any.
    pub(crate) fn test(&self, input: &Value, history: Option<&History>, quantifier: Quantifier) -> Proof {
        let field = |(path, test): &(FieldPath, BoundTest)| {
            path.test(input, quantifier, &|value| test.on(value, history, quantifier))
        };
        proof::all(self.fields.iter().map(field))
    }

    /// For an `ask` or a `deny`: some condition holds of no value that it is about.
    pub(crate) fn are_disproved(&self, input: &Value, history: Option<&History>) -> bool {
        self.test(input, history, Quantifier::Any) == Proof::Disproved
    }

    /// Notes what the schema of the input says: where it allows `null`, and of which type a text is that has none yet.
    pub(crate) fn describe(&mut self, schema: &Place<'_>) {
        for (path, test) in &mut self.fields {
            path.mark_nullable(schema);
            let formats = path.in_schema(schema);
            formats.formats().filter_map(ValueType::of_format).for_each(|own| test.give_type(own));
        }
    }

    /// The types of texts at the paths.
    pub(crate) fn value_types(&self, found: &mut dyn FnMut(&FieldPath, ValueType)) {
        self.fields.iter().for_each(|(path, test)| test.value_types(&mut |own| found(path, own)));
    }

    /// Whether every condition is proved, and no field is there that none names.
    pub(crate) fn are_proved(&self, input: &Value, history: Option<&History>) -> bool {
        let every = Quantifier::Every;
        let is_proved = |(path, test): &(FieldPath, BoundTest)| {
            path.test(input, every, &|value| test.on(value, history, every)) == Proof::Proved
        };
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

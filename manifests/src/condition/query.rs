//! Conditions on a URL's query: each on one parameter, whose value is a text.
//!
//! Servers differ in what they make of a name: some take `Page` for `page`, or decode it again. So a condition is tested on
//! the names as they are sent, on their keys, and on both decoded again: what holds for all is proved, and what holds for
//! none is disproved.

use super::{Conditions, ConditionsTemplate, FieldPath, Proof, Quantifier};
use crate::diagnostic::Diagnostic;
use crate::query::{Parameters, key};
use crate::rule::{Binder, Found};
use crate::scope::Source;

/// The conditions as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryTemplate(pub(crate) ConditionsTemplate);

/// The conditions with the task's parameters bound.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    sent: Conditions,
    folded: Conditions,
}

impl QueryTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<Query, Diagnostic> {
        let sent = self.0.bind(binder)?;
        let mut folded = sent.clone();
        for (path, _) in &mut folded.fields {
            *path = FieldPath::only(&key(&path.to_string()));
        }
        Ok(Query { sent, folded })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.0.parameters(sources, found);
    }
}

impl Query {
    /// For an `allow`: the query is well-formed, every condition holds, and no other parameter is there.
    pub(crate) fn is_proved(&self, query: Option<&str>) -> bool {
        self.is_in_every_reading(query, (Proof::Proved, Quantifier::Every), |parameters| {
            self.sent.leaves_nothing_open(&parameters.sent)
        })
    }

    /// For an `ask` or a `deny`: the query is well-formed, and a condition does not hold.
    pub(crate) fn is_disproved(&self, query: Option<&str>) -> bool {
        self.is_in_every_reading(query, (Proof::Disproved, Quantifier::Any), |_| true)
    }

    fn is_in_every_reading(
        &self,
        query: Option<&str>,
        (proof, quantifier): (Proof, Quantifier),
        also: impl Fn(&Parameters) -> bool,
    ) -> bool {
        Parameters::readings(query).is_some_and(|readings| {
            readings.iter().all(|parameters| {
                let is_indexed = self.folded.fields.iter().any(|(path, _)| parameters.is_indexed(&path.to_string()));
                !is_indexed && self.test(parameters, quantifier) == [proof; 2] && also(parameters)
            })
        })
    }

    fn test(&self, parameters: &Parameters, quantifier: Quantifier) -> [Proof; 2] {
        let of = |conditions: &Conditions, parameters| conditions.test(parameters, None, quantifier);
        [of(&self.sent, &parameters.sent), of(&self.folded, &parameters.folded)]
    }
}

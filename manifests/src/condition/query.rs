//! Conditions on a URL's query: each on one parameter, whose value is a text.
//!
//! Servers differ in what they make of a name: some take `Page` for `page`. So a condition is tested twice, on the names as
//! they are sent and on their foldings: what holds for both is proved, and what holds for neither is disproved.

use super::{Conditions, ConditionsTemplate, FieldPath, Proof, Quantifier};
use crate::diagnostic::Diagnostic;
use crate::pattern::fold;
use crate::query::Parameters;
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
            *path = FieldPath::only(&fold(&path.to_string()));
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
        Parameters::read(query).is_some_and(|parameters| {
            let both = self.test(&parameters, Quantifier::Every);
            both == [Proof::Proved; 2] && self.sent.leaves_nothing_open(&parameters.sent)
        })
    }

    /// For an `ask` or a `deny`: the query is well-formed, and a condition does not hold.
    pub(crate) fn is_disproved(&self, query: Option<&str>) -> bool {
        Parameters::read(query)
            .is_some_and(|parameters| self.test(&parameters, Quantifier::Any) == [Proof::Disproved; 2])
    }

    fn test(&self, parameters: &Parameters, quantifier: Quantifier) -> [Proof; 2] {
        let of = |conditions: &Conditions, parameters| conditions.test(parameters, None, quantifier);
        [of(&self.sent, &parameters.sent), of(&self.folded, &parameters.folded)]
    }
}

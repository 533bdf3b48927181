//! A pattern of earlier calls: what `after`, `not_after` and `seen_in` ask about.

use super::{Conditions, ConditionsOf, ConditionsTemplate, FieldPath, Proof, TestTemplate};
use crate::access::Call;
use crate::diagnostic::Diagnostic;
use crate::rule::{Binder, Found};
use crate::scope::{MarkId, Source};

/// A pattern, with the conditions on the input `C`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierOf<C> {
    pub(crate) mark: MarkId,
    /// The tool, or the function of one, by its exact name.
    pub(crate) tool: String,
    /// The digests of its component that count; any where none is named.
    pub(crate) sha256: Vec<String>,
    pub(crate) input: Option<C>,
    /// Where in its output a value has to stand; `None` for anywhere.
    pub(crate) field: Option<FieldPath>,
    /// Whether it is asked what it supplies.
    pub(crate) is_source: bool,
}

/// A pattern as written.
pub(crate) type EarlierTemplate = EarlierOf<ConditionsOf<TestTemplate>>;
/// A pattern with the task's parameters bound.
pub(crate) type Earlier = EarlierOf<Conditions>;

impl EarlierTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<Earlier, Diagnostic> {
        Ok(EarlierOf {
            mark: self.mark,
            tool: self.tool.clone(),
            sha256: self.sha256.clone(),
            input: self.input.as_ref().map(|input: &ConditionsTemplate| input.bind(binder)).transpose()?,
            field: self.field.clone(),
            is_source: self.is_source,
        })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        if let Some(input) = &self.input {
            input.parameters(sources, found);
        }
    }
}

impl Earlier {
    /// Whether a call is one.
    pub(crate) fn test(&self, call: &Call) -> Proof {
        if self.tool != call.tool {
            return Proof::Disproved;
        }
        let digest = match &call.sha256 {
            _ if self.sha256.is_empty() => Proof::Proved,
            Some(asked) => Proof::of(self.sha256.contains(asked)),
            None => Proof::Unknown,
        };
        let input = self.input.as_ref().map_or(Proof::Proved, |input| input.test(&call.input, None));
        super::proof::all([digest, input])
    }
}

//! A pattern of earlier calls: what `after`, `not_after` and `seen_in` ask about.
//!
//! What a call is for certain and what it may be are two questions. For certain it is one where its tool has that very name,
//! its digest is one that counts, each condition on its input is proved, and its input has nothing else in it. It may be one
//! where none of these is disproved: a digest that the pattern itself does not name, or a field that no condition names,
//! disproves nothing; nor does a function of the tool.
use super::proof::all;
use super::{Conditions, ConditionsOf, ConditionsTemplate, FieldPath, Proof, TestTemplate};
use crate::access::Call;
use crate::diagnostic::Diagnostic;
use crate::rule::{Binder, Found};
use crate::scope::{MarkId, Source, Wording};

/// A pattern, with the conditions on the input `C`, and its identity `M`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierOf<C, M> {
    pub(crate) mark: M,
    /// The tool, or the function of one, by its exact name.
    pub(crate) tool: String,
    /// The digest of its component, where the pattern names one.
    pub(crate) sha256: Option<String>,
    /// The digests that the rules of the layer name for the tool, where the pattern names none: any where they name none.
    pub(crate) known: Vec<String>,
    pub(crate) input: Option<C>,
    /// Where in its output a value has to stand; `None` for anywhere.
    pub(crate) field: Option<FieldPath>,
    /// Whether it is asked what it supplies.
    pub(crate) is_source: bool,
}

/// A pattern as written.
pub(crate) type EarlierTemplate = EarlierOf<ConditionsOf<TestTemplate>, Wording>;
/// A pattern with the task's parameters bound.
pub(crate) type Earlier = EarlierOf<Conditions, MarkId>;

impl EarlierTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<Earlier, Diagnostic> {
        Ok(EarlierOf {
            mark: binder.owner.mark(self.mark),
            tool: self.tool.clone(),
            sha256: self.sha256.clone(),
            known: self.known.clone(),
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
        let tool = match call.tool.split_once('.') {
            _ if self.tool == call.tool => Proof::Proved,
            Some((tool, _)) if self.tool == tool => Proof::Unknown,
            Some(_) | None => return Proof::Disproved,
        };
        all([tool, self.digest(call), self.input(call)])
    }

    /// Whether a call of a tool, or of a function, may be one.
    pub(crate) fn may_be_of(&self, tool: &str) -> bool {
        self.tool == tool || tool.split_once('.').is_some_and(|(whole, _)| self.tool == whole)
    }

    fn digest(&self, call: &Call) -> Proof {
        match (&self.sha256, &call.sha256) {
            (Some(own), Some(asked)) => Proof::of(own == asked),
            (None, _) if self.known.is_empty() => Proof::Proved,
            (None, Some(asked)) if self.known.contains(asked) => Proof::Proved,
            (Some(_), None) | (None, _) => Proof::Unknown,
        }
    }

    fn input(&self, call: &Call) -> Proof {
        let Some(input) = &self.input else { return Proof::Proved };
        // For certain where every element of an array fits; it may be one where any does.
        if input.are_proved(&call.input, None) {
            Proof::Proved
        } else if input.are_disproved(&call.input, None) {
            Proof::Disproved
        } else {
            Proof::Unknown
        }
    }
}

//! Lowering: from what is written to what it means. After this nothing is a string that means something.
mod budget;
mod command;
mod condition;
mod earlier;
mod limits;
mod lists;
mod network;
mod rules;
mod rules_by_kind;
mod typed;
mod words;

use std::ops::Range;

use crate::condition::EarlierTemplate;
use crate::diagnostic::{Diagnostic, Lines};
use crate::file::At;
use crate::pattern::PatternError;
use crate::rule::{Written, located};
use crate::scope::Source;
use crate::verdict::Layer;

/// The most errors of one file that are told: each reads the file up to its place.
pub(crate) const MAX_ERRORS: usize = 100;

/// The file that is being lowered, and what is wrong with it so far.
#[derive(Debug)]
pub(crate) struct Lowering<'a> {
    pub(crate) source: &'a Source,
    /// Which of the layer's files it is.
    pub(crate) file: usize,
    pub(crate) layer: Layer,
    /// The table at hand, as `types.review`.
    pub(crate) section: String,
    lines: Lines,
    errors: Vec<Diagnostic>,
    /// The patterns of earlier calls that the rule at hand asks about.
    earlier: Vec<EarlierTemplate>,
    /// Whether the conditions at hand are those of an earlier call.
    within_earlier: bool,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(source: &'a Source, layer: Layer, errors: Vec<Diagnostic>) -> Self {
        Self::of_part(source, 0, layer, errors)
    }

    /// One of several files of a layer.
    pub(crate) fn of_part(source: &'a Source, file: usize, layer: Layer, errors: Vec<Diagnostic>) -> Self {
        let lines = Lines::of(&source.text);
        Self { source, file, layer, section: String::new(), lines, errors, earlier: Vec::new(), within_earlier: false }
    }

    pub(crate) fn error(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.error_with_help(span, message, None);
    }

    pub(crate) fn error_with_help(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(Diagnostic::new(self.source, span.clone(), message).with_help(help));
        }
    }

    /// A table without a key says nothing; one whose keys are not known has its error already.
    pub(crate) fn says_nothing(&mut self, table: &Range<usize>, message: &str) {
        let is_within = |error: &Diagnostic| table.start <= error.span.start && error.span.end <= table.end;
        if !self.errors.iter().any(is_within) {
            self.error(table, message);
        }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(diagnostic);
        }
    }

    /// The value, or the error at its place in the string.
    pub(crate) fn pattern<T>(&mut self, string: &Range<usize>, parsed: Result<T, PatternError>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            // What would be located is dropped: locating reads the text.
            Err(_) if self.errors.len() >= MAX_ERRORS => None,
            Err(error) => {
                self.errors.push(located(self.source, string, error));
                None
            }
        }
    }

    /// A template, with the place where it is written.
    pub(crate) fn template<T>(
        &mut self,
        string: &At<String>,
        parse: impl FnOnce(&str) -> Result<T, PatternError>,
    ) -> Option<Written<T>> {
        let template = self.pattern(&string.span, parse(string))?;
        Some(Written { template, file: self.file, at: string.span.clone() })
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, span: &Range<usize>) -> u32 {
        self.lines.line(span.start)
    }

    /// `schema` is the one that this version knows.
    pub(crate) fn schema(&mut self, schema: &At<i64>) {
        if schema.value != 1 {
            let message = format!("`schema = {}` is not one that this version knows", schema.value);
            self.error_with_help(&schema.span, message, "write `schema = 1`".to_owned());
        }
    }

    /// All errors so far.
    pub(crate) fn into_errors(self) -> Vec<Diagnostic> {
        self.errors
    }

    /// The value, or all errors in the file's order.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Diagnostic>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(in_order(self.errors)),
        }
    }
}

/// The first in the file comes first, and nothing twice.
pub(crate) fn in_order(mut errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    errors
}

//! Patterns of string values in a tool's input.
use std::fmt;

use super::glob::Glob;
use super::lex::{self, Dialect};
use super::token::{Piece, write_all};
use super::{Bindings, PathTemplate, PatternError, fold};

/// A text with `*` (no `/`), `**` (anything), `?`, classes and parameters, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TextTemplate(Vec<Piece>);

/// A text with `*`, `**`, `?` and classes. It matches a whole value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPattern(Glob);

const DIALECT: Dialect =
    Dialect { what: "a text", one: true, classes: true, deep: true, percent: false, plain: |_| true };

impl TextTemplate {
    /// Parses a text with wildcards and parameters. The empty text matches the empty value.
    ///
    /// # Errors
    /// A bad class, a bracket that is not closed, a control character, or more than two `*` in a row.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self(lex::lex(text, 0, &DIALECT)?))
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Piece::parameter)
    }

    /// The pattern with the parameters' values in it.
    ///
    /// # Errors
    /// An unbound parameter, or a value with a control character or with a `/` that it may not have.
    pub fn bind(&self, bindings: &Bindings) -> Result<TextPattern, PatternError> {
        Ok(TextPattern(Glob::new(lex::bind(&self.0, bindings, Ok)?)))
    }

    /// The pattern of guest paths that it is where it begins with a parameter whose value is one: a wildcard behind that
    /// must not take a `..`.
    ///
    /// # Errors
    /// Such a text with wildcards that is no pattern of guest paths.
    pub(crate) fn as_path(&self, bindings: &Bindings) -> Result<Option<PathTemplate>, PatternError> {
        let value = self.0.first().and_then(Piece::parameter).and_then(|name| bindings.get(name));
        if value.is_none_or(|value| !value.text.starts_with('/')) {
            return Ok(None);
        }
        match PathTemplate::parse(&self.to_string()) {
            Ok(path) => Ok(Some(path)),
            Err(_) if self.bind(bindings)?.literal().is_some() => Ok(None),
            Err(error) => Err(error.with_help("a value that begins with `/` makes this a pattern of guest paths")),
        }
    }
}

impl TextPattern {
    /// Whether the value matches as written: for `allow`.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        self.0.matches(value)
    }

    /// Whether the value matches in any case and Unicode form: for `ask` and `deny`.
    #[must_use]
    pub fn matches_folded(&self, value: &str) -> bool {
        self.0.matches_folded(&fold::fold(value))
    }

    /// The one value that matches, if there is no wildcard.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        self.0.literal()
    }
}

impl fmt::Display for TextTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.0)
    }
}

impl fmt::Display for TextPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

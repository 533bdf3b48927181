//! Patterns of string values in a tool's input.
use std::fmt;

use super::glob::Glob;
use super::lex::{self, Dialect};
use super::token::{Piece, Token, write_all};
use super::{Bindings, PatternError, fold};

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
}

impl TextPattern {
    /// The pattern of exactly this text.
    pub(crate) fn literally(text: &str) -> Self {
        Self(Glob::new(text.chars().map(Token::Char).collect()))
    }

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

//! Patterns of names: of tools, secrets and environment variables.
use std::fmt;

use super::glob::Glob;
use super::lex::{self, Dialect};
use super::token::{Piece, write_all};
use super::{Bindings, PatternError, fold};

/// What is named, which decides what a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// `[a-z0-9_-]`, or two of these with a `.` between them: a tool's function.
    Tool,
    /// `[a-z0-9_-]`.
    Secret,
    /// `[A-Za-z_][A-Za-z0-9_]*`.
    Env,
}

/// A name with `*`, `?` and parameters, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct NameTemplate {
    kind: NameKind,
    pieces: Vec<Piece>,
}

/// A name with `*` and `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(Glob);

impl NameTemplate {
    /// Parses a name with wildcards and parameters.
    ///
    /// # Errors
    /// A character that no name of this kind has, or a `{` that is not closed.
    pub fn parse(kind: NameKind, text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::new(0..0, "the name is empty"));
        }
        let template = Self { kind, pieces: lex::lex(text, 0, &kind.dialect())? };
        template.bind(&lex::sample(template.parameters()))?;
        Ok(template)
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(Piece::parameter)
    }

    /// The pattern with the parameters' values in it.
    ///
    /// # Errors
    /// An unbound parameter, or a value that no name of this kind can contain.
    pub fn bind(&self, bindings: &Bindings) -> Result<NamePattern, PatternError> {
        let plain = self.kind.dialect().plain;
        let glob = Glob::new(lex::bind(&self.pieces, bindings, |c| if plain(c) { Ok(c) } else { Err(c) })?);
        let text = glob.to_string();
        if self.kind == NameKind::Env && text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(PatternError::new(lex::whole(&text), "the name of a variable does not begin with a digit"));
        }
        if self.kind == NameKind::Tool && (text.matches('.').count() > 1 || text.split('.').any(str::is_empty)) {
            return Err(PatternError::new(lex::whole(&text), format!("`{text}` is no tool and no function of one"))
                .with_help("write `TOOL`, or `TOOL.FUNCTION`"));
        }
        Ok(NamePattern(glob))
    }
}

impl NameKind {
    fn dialect(self) -> Dialect {
        let (what, plain): (_, fn(char) -> bool) = match self {
            Self::Tool => ("a tool's name", |c| is_lower(c) || c == '.'),
            Self::Secret => ("a secret's name", is_lower),
            Self::Env => ("a variable's name", |c| c.is_ascii_alphanumeric() || c == '_'),
        };
        Dialect { what, one: true, classes: false, deep: false, percent: false, plain }
    }
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
}

impl NamePattern {
    /// Whether the name matches as written: for `allow`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.0.matches(name)
    }

    /// Whether the name matches in any case: for `ask` and `deny`.
    #[must_use]
    pub fn matches_folded(&self, name: &str) -> bool {
        self.0.matches_folded(&fold::fold(name))
    }

    /// The one name that matches, if there is no wildcard.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        self.0.literal()
    }
}

impl fmt::Display for NameTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.pieces)
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

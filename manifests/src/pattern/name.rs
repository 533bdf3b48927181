//! Patterns of names: of tools, secrets and environment variables.
use std::fmt;

use super::glob::Glob;
use super::lex::{self, Dialect};
use super::token::{Piece, Token, write_all};
use super::{Bindings, PatternError, fold};
use crate::tool_name;

/// What is named, which decides what a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A lower-case letter, then `[a-z0-9-]`: 64 characters at most; or two of these with a `.` between them, a tool's
    /// function.
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
        let parsed = Self::of_text(kind, text);
        match kind {
            NameKind::Tool => parsed.map_err(|error| {
                let is_fine = |meant: &str| Self::of_text(kind, meant).is_ok();
                if error.help.is_some() { error } else { error.with_help(tool_name::help(text, is_fine)) }
            }),
            NameKind::Secret | NameKind::Env => parsed,
        }
    }

    fn of_text(kind: NameKind, text: &str) -> Result<Self, PatternError> {
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
        let tokens = lex::bind(&self.pieces, bindings, |c| if plain(c) { Ok(c) } else { Err(c) })?;
        if self.kind == NameKind::Tool && !tokens.split(|token| *token == Token::Char('.')).all(can_be_tool_name) {
            let text = self.to_string();
            return Err(PatternError::new(lex::whole(&text), format!("no tool has a name like `{text}`")));
        }
        let glob = Glob::new(tokens);
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
            Self::Tool => ("a tool's name", |c| tool_name::is_name_char(c) || c == '.'),
            Self::Secret => ("a secret's name", is_lower),
            Self::Env => ("a variable's name", |c| c.is_ascii_alphanumeric() || c == '_'),
        };
        Dialect { what, one: true, classes: false, deep: false, percent: false, plain }
    }
}

/// Whether the name of a tool or a function can match: it begins with a letter, and is not too long. An empty one has an
/// error of its own.
fn can_be_tool_name(tokens: &[Token]) -> bool {
    let shortest = tokens.iter().filter(|token| !matches!(token, Token::Many | Token::Deep)).count();
    let begins = match tokens.first() {
        Some(Token::Char(first)) => first.is_ascii_lowercase(),
        _ => true,
    };
    begins && shortest <= tool_name::MAX
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

//! From a pattern's text to its elements, in the dialect of the kind of thing it names.
use std::ops::Range;

use super::binding::{Binding, Parameter};
use super::token::{Piece, Token};
use super::{Bindings, PatternError, class, escape};

/// What may stand in a pattern of one kind.
pub(crate) struct Dialect {
    /// What the pattern names, with its article, for messages: `a guest path`.
    pub(crate) what: &'static str,
    /// Whether `?` and classes are wildcards here.
    pub(crate) one: bool,
    pub(crate) classes: bool,
    /// Whether `**` may stand anywhere, next to text.
    pub(crate) deep: bool,
    /// Whether `%` begins a percent-encoding.
    pub(crate) percent: bool,
    /// Whether a character may stand for itself.
    pub(crate) plain: fn(char) -> bool,
}

/// The longest pattern of one text, name or host, and the longest segment of one of paths, in bytes.
const MAX_BYTES: usize = 4096;

/// Splits the text, which stands `offset` bytes into the pattern, into its elements.
pub(crate) fn lex(text: &str, offset: usize, dialect: &Dialect) -> Result<Vec<Piece>, PatternError> {
    if text.len() > MAX_BYTES {
        let error = PatternError::new(0..text.len(), format!("a pattern has at most {MAX_BYTES} bytes"));
        return Err(error.shifted(offset));
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (piece, length) = dialect.next(rest, offset + at).map_err(|error| error.shifted(offset + at))?;
        pieces.push(piece);
        at += length;
    }
    Ok(pieces)
}

impl Dialect {
    /// The element that a non-empty text begins with, and its length in bytes; `at` is where it stands in the pattern.
    fn next(&self, text: &str, at: usize) -> Result<(Piece, usize), PatternError> {
        let c = text.chars().next().unwrap_or_default();
        let (token, length) = match c {
            '*' => self.stars(text)?,
            '?' if self.one => (Token::One, 1),
            '[' if self.classes => self.class(text)?,
            '{' => return parameter(text, at),
            '%' if self.percent => {
                let (c, length) = escape::parse(text)
                    .ok_or_else(|| PatternError::new(0..1, "`%` is not followed by two hexadecimal digits"))?;
                (Token::Char(c), length)
            }
            _ => (self.plain(c)?, c.len_utf8()),
        };
        Ok((Piece::Token(token), length))
    }

    fn stars(&self, text: &str) -> Result<(Token, usize), PatternError> {
        match text.bytes().take_while(|&b| b == b'*').count() {
            1 => Ok((Token::Many, 1)),
            2 if self.deep => Ok((Token::Deep, 2)),
            2 => Err(PatternError::new(0..2, "`**` stands alone in its segment, and only in paths")),
            count => Err(PatternError::new(0..count, "more than two `*` in a row")),
        }
    }

    fn class(&self, text: &str) -> Result<(Token, usize), PatternError> {
        let (token, length) = class::parse(text)?;
        if let (Token::Class(class), true) = (&token, self.percent) {
            let odd = class.ends().find(|&c| !(self.plain)(c));
            if class.is_negated() || odd.is_some() {
                return Err(PatternError::new(0..length, format!("`{class}` cannot stand in {}", self.what))
                    .with_help("list the characters themselves; a percent-encoding is in no class"));
            }
        }
        match token {
            Token::Char(c) if self.percent => Ok((Token::Char(escape::encode(c).unwrap_or(c)), length)),
            Token::Char(_) | Token::One | Token::Class(_) | Token::Many | Token::Deep => Ok((token, length)),
        }
    }

    fn plain(&self, c: char) -> Result<Token, PatternError> {
        let error = |message: String| PatternError::new(0..c.len_utf8(), message);
        let shown = c.escape_default();
        if matches!(c, '\\' | '}') && self.classes {
            return Err(error(format!("`{c}` cannot stand alone"))
                .with_help(format!("nothing is escaped by `\\`; write `[{c}]` for the character itself")));
        }
        if c.is_control() || !(self.plain)(c) {
            return Err(error(format!("`{shown}` cannot stand in {}", self.what)));
        }
        Ok(Token::Char(c))
    }
}

/// Parses a `{name}`.
fn parameter(text: &str, at: usize) -> Result<(Piece, usize), PatternError> {
    let Some(end) = text.find('}') else {
        return Err(PatternError::new(0..1, "`{` is not closed").with_help("write `[{]` for the character itself"));
    };
    let name = text.get(1..end).unwrap_or_default();
    let length = end + 1;
    if !is_parameter_name(name) {
        return Err(PatternError::new(0..length, format!("`{{{}}}` is no parameter", name.escape_debug()))
            .with_help("a parameter is letters, digits, `-` and `_`, and begins with a letter; for alternatives write one rule each"));
    }
    Ok((Piece::Parameter(Parameter { name: name.into(), at: at..at + length }), length))
}

/// Whether a task's parameter may have this name: a letter, then letters, digits, `-` and `_`, all ASCII.
#[must_use]
pub fn is_parameter_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Puts values for the parameters; `literal` makes a value's characters tokens, or says which character cannot stand there.
pub(crate) fn bind(
    pieces: &[Piece],
    bindings: &Bindings,
    literal: impl Fn(char) -> Result<char, char>,
) -> Result<Vec<Token>, PatternError> {
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Token(token) => tokens.push(token.clone()),
            Piece::Parameter(parameter) => {
                for c in parameter.value(bindings)?.chars() {
                    let c = literal(c).map_err(|c| {
                        parameter.error(format!("`{c}` in the parameter `{}` cannot stand here", parameter.name))
                    })?;
                    tokens.push(Token::Char(c));
                }
            }
        }
    }
    Ok(tokens)
}

/// The bytes of a whole pattern.
pub(crate) fn whole(text: &str) -> Range<usize> {
    0..text.len()
}

/// Every parameter bound to a letter: what is checked when a template is parsed is what needs no values.
pub(crate) fn sample<'a>(parameters: impl Iterator<Item = &'a str>) -> Bindings {
    parameters.map(|name| (name.to_owned(), Binding { text: "a".into(), slash_ok: false })).collect()
}

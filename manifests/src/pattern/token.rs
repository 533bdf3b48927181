//! What a pattern is made of: characters, wildcards, classes, and in a template parameters.
use std::fmt;

use super::binding::Parameter;
use super::class::Class;

/// One element of a bound pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// Exactly this character.
    Char(char),
    /// `?`: one character, but no `/`.
    One,
    /// `[a-z]`: one character of a class, but no `/`.
    Class(Class),
    /// `*`: any characters, but no `/`.
    Many,
    /// `**` in a text: any characters.
    Deep,
}

impl Token {
    /// Whether the token, which is one that stands for one character, stands for this one.
    pub(crate) fn admits(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::One => c != '/',
            Self::Class(class) => class.contains(c),
            Self::Many | Self::Deep => false,
        }
    }
}

/// One element of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    /// An element that binding leaves as it is.
    Token(Token),
    /// `{name}`.
    Parameter(Parameter),
}

impl Piece {
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Token(_) => None,
            Self::Parameter(parameter) => Some(&parameter.name),
        }
    }
}

/// Characters that mean something in a pattern, and so are spelled as a class of one: `[*]`.
pub(crate) const SPECIAL: &str = "*?[{}\\";

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(c) if SPECIAL.contains(*c) => write!(f, "[{c}]"),
            Self::Char(c) => write!(f, "{c}"),
            Self::One => f.write_str("?"),
            Self::Class(class) => write!(f, "{class}"),
            Self::Many => f.write_str("*"),
            Self::Deep => f.write_str("**"),
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(token) => write!(f, "{token}"),
            Self::Parameter(parameter) => write!(f, "{{{}}}", parameter.name),
        }
    }
}

/// Writes elements one after the other.
pub(crate) fn write_all<T: fmt::Display>(f: &mut fmt::Formatter<'_>, elements: &[T]) -> fmt::Result {
    elements.iter().try_for_each(|element| write!(f, "{element}"))
}

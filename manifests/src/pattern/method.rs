//! Patterns of HTTP request methods.
use std::fmt;

use super::PatternError;

/// One request method, or `*` for any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MethodPattern(Option<Box<str>>);

impl MethodPattern {
    /// Parses a method in upper case (an RFC 9110 token), or `*`.
    ///
    /// # Errors
    /// A text that is no token, or has lower-case letters: methods are case-sensitive, and every registered one is
    /// upper case.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let error = |message: String| PatternError::new(0..text.len(), message);
        if text == "*" {
            return Ok(Self(None));
        }
        if text.is_empty() || !text.bytes().all(is_token_byte) || text.contains('*') {
            return Err(error(format!("`{text}` is no request method")).with_help("write a method like `GET`, or `*`"));
        }
        if text.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(error(format!("the method `{text}` has lower-case letters"))
                .with_help(format!("methods are case-sensitive: write `{}`", text.to_ascii_uppercase())));
        }
        Ok(Self(Some(text.into())))
    }

    /// Whether the method is exactly this one: for `allow`.
    #[must_use]
    pub fn matches(&self, method: &str) -> bool {
        self.0.as_deref().is_none_or(|own| own == method)
    }

    /// Whether the method is this one in any case: for `ask` and `deny`, since servers differ.
    #[must_use]
    pub fn matches_folded(&self, method: &str) -> bool {
        self.0.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(method))
    }
}

/// RFC 9110, section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

impl fmt::Display for MethodPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("*"))
    }
}

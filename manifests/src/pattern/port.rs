//! Patterns of TCP ports: `443`, `8000-8999`, `*`.
use std::fmt;
use std::ops::RangeInclusive;

use super::PatternError;

/// A set of ports, each 1 to 65535.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortPattern(RangeInclusive<u16>);

impl PortPattern {
    /// Parses `443`, `8000-8999` or `*`.
    ///
    /// # Errors
    /// A text of another form, a port outside 1 to 65535, or a range that ends before it begins.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text == "*" {
            return Ok(Self(1..=u16::MAX));
        }
        let Some((first, last)) = text.split_once('-') else { return Ok(Self::only(port(text, 0)?)) };
        let range = port(first, 0)?..=port(last, first.len() + 1)?;
        if range.is_empty() {
            return Err(PatternError::new(0..text.len(), format!("the port range `{text}` ends before it begins")));
        }
        Ok(Self(range))
    }

    /// Exactly one port, given as a number.
    ///
    /// # Errors
    /// A number outside 1 to 65535.
    pub fn number(number: i64) -> Result<Self, PatternError> {
        Self::parse(&number.to_string())
    }

    pub(crate) fn only(port: u16) -> Self {
        Self(port..=port)
    }

    /// Whether the port is in the set.
    #[must_use]
    pub fn matches(&self, port: u16) -> bool {
        self.0.contains(&port)
    }
}

fn port(text: &str, offset: usize) -> Result<u16, PatternError> {
    let canonical = !text.starts_with(['0', '+']);
    text.parse().ok().filter(|&port| canonical && port != 0).ok_or_else(|| {
        PatternError::new(offset..offset + text.len(), format!("`{text}` is no port"))
            .with_help("a port is a number from 1 to 65535, a range like `8000-8999`, or `*`")
    })
}

impl fmt::Display for PortPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.0.start(), self.0.end());
        match (first, last) {
            (1, &u16::MAX) => f.write_str("*"),
            _ if first == last => write!(f, "{first}"),
            _ => write!(f, "{first}-{last}"),
        }
    }
}

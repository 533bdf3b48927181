//! A task's parameter: what its value may be.
use regex_lite::{Regex, RegexBuilder};

use crate::path::GuestPath;

/// How much a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;

/// What the policy admits as a parameter's value.
#[derive(Debug, Clone)]
pub enum Parameter {
    /// What matches as a whole.
    Pattern {
        /// The pattern as written.
        text: String,
        /// The same, anchored at both ends.
        whole: Regex,
    },
    /// One of these.
    OneOf(Vec<String>),
    /// A guest path that is this one or lies beneath it.
    Under(GuestPath),
}

impl Parameter {
    /// A regular expression that a whole value has to match.
    ///
    /// # Errors
    /// A text that is no regular expression, or one that is too large.
    pub(crate) fn pattern(text: &str) -> Result<Self, String> {
        let compile = |text: &str| RegexBuilder::new(text).size_limit(SIZE_LIMIT).build();
        // First by itself: `a)|(b` must not become one by what is put around it.
        compile(text).map_err(|error| error.to_string())?;
        let whole = compile(&format!("^(?:{text})$")).map_err(|error| error.to_string())?;
        Ok(Self::Pattern { text: text.to_owned(), whole })
    }

    /// Whether a value may have `/` in it: where the declaration spells one.
    #[must_use]
    pub fn admits_slash(&self) -> bool {
        match self {
            Self::Pattern { text, .. } => text.contains('/'),
            Self::OneOf(values) => values.iter().any(|value| value.contains('/')),
            Self::Under(_) => true,
        }
    }

    /// Whether the value is one.
    #[must_use]
    pub fn admits(&self, value: &str) -> bool {
        match self {
            Self::Pattern { whole, .. } => whole.is_match(value),
            Self::OneOf(values) => values.iter().any(|own| own == value),
            // What is no path in normal form (`..`, `//`) lies nowhere.
            Self::Under(root) => GuestPath::parse(value).is_ok_and(|path| {
                let mut segments = path.segments();
                root.segments().all(|segment| segments.next() == Some(segment))
            }),
        }
    }

    pub(crate) fn check(&self, name: &str, value: &str) -> Result<(), String> {
        let shown = value.escape_debug();
        if self.admits(value) {
            return Ok(());
        }
        Err(match self {
            Self::Pattern { text, .. } => format!("the parameter `{name}` is `{shown}`, which does not match `{text}`"),
            Self::OneOf(values) => {
                format!("the parameter `{name}` is `{shown}`, which is none of `{}`", values.join("`, `"))
            }
            Self::Under(root) => {
                format!("the parameter `{name}` is `{shown}`, which is no guest path at or beneath `{root}`")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_matches_as_a_whole() {
        let pattern = Parameter::pattern("[a-z]+|[0-9]+").unwrap();
        assert!(pattern.admits("abc") && pattern.admits("12"));
        for other in ["", "a1", "1a", "abc\n", "\nabc", "A"] {
            assert!(!pattern.admits(other), "{other:?}");
        }
    }

    #[test]
    fn a_pattern_cannot_break_out_of_its_anchors() {
        assert!(Parameter::pattern("a)|(b").is_err());
        assert!(Parameter::pattern("a(").is_err());
        assert!(Parameter::pattern("(?:a{1000}){1000}").is_err());
        let lines = Parameter::pattern("(?m)a").unwrap();
        assert!(!lines.admits("a\nb"));
        assert!(!Parameter::pattern("(?m)a|(?m)^b$").unwrap().admits("x\nb\ny"));
    }
}

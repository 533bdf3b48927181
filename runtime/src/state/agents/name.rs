//! What an agent may be called: as the policy's own names.
use std::fmt;
use std::str::FromStr;

/// Letters, digits, `-`, `_` and `.`, beginning with a letter or digit, 64 characters at most: it is safe as part of a
/// file's name too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentName(String);

impl AgentName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && text.len() <= 64;
        let wrong = "the name of an agent is letters, digits, `-`, `_` and `.`, 64 at most, a letter or digit first";
        fits.then(|| Self(text.to_owned())).ok_or(wrong)
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::AgentName;

    #[test]
    fn a_name_is_as_in_a_policy() {
        for good in ["coder", "Coder-2", "a.b_c", "7", &"a".repeat(64)] {
            assert!(good.parse::<AgentName>().is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "-x", "_x", "a/b", "a b", "a\n", "é", "a\0", &"a".repeat(65)] {
            assert!(bad.parse::<AgentName>().is_err(), "{bad:?}");
        }
    }
}

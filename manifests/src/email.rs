//! One e-mail address, in the form that conditions compare.
use std::fmt;

use crate::pattern::Host;

/// An address `LOCAL@DOMAIN` and nothing beside it: no name, no angle brackets, no comment, no list.
///
/// The local part is RFC 5321's `Dot-string` of at most 64 bytes, without `%`, `!` and `/`, by which old servers route mail
/// elsewhere; letters and digits beyond ASCII (RFC 6531) may stand in it. It is kept as it is: whether its case matters is
/// the receiving server's to say. The domain is a name in its one form, as in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmailAddress {
    local: Box<str>,
    domain: Host,
}

/// The longest local part, in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;

impl EmailAddress {
    /// Parses one address; `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_local_char);
        if local.len() > MAX_LOCAL || !local.split('.').all(is_atom) {
            return None;
        }
        match Host::parse(domain).ok()? {
            domain @ Host::Name(_) => Some(Self { local: local.into(), domain }),
            Host::Ip(_) => None,
        }
    }

    /// What stands before the `@`.
    pub(crate) fn local(&self) -> &str {
        &self.local
    }

    /// What stands behind it.
    pub(crate) fn domain(&self) -> &Host {
        &self.domain
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// Whether the character may stand in an atom of the local part.
pub(crate) fn is_local_char(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || "#$&'*+-=?^_`{|}~".contains(c) } else { c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form() {
        for (text, form) in [
            ("ana@example.com", "ana@example.com"),
            ("Ana.B+c@EXAMPLE.com.", "Ana.B+c@example.com"),
            ("ana@bücher.example", "ana@xn--bcher-kva.example"),
            ("élan@example.com", "élan@example.com"),
            ("ana@localhost", "ana@localhost"),
        ] {
            assert_eq!(EmailAddress::parse(text).map(|own| own.to_string()).as_deref(), Some(form), "{text}");
        }
    }

    #[test]
    fn whatever_is_more_or_less_than_one_address_is_none() {
        for text in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "Ana <ana@example.com>",
            "<ana@example.com>",
            "mailto:ana@example.com",
            "ana@example.com,eve@evil.example",
            "ana@example.com;eve@evil.example",
            "ana@example.com eve@evil.example",
            "ana@evil.example@example.com",
            "\"ana@evil.example\"@example.com",
            "ana@example.com\n",
            " ana@example.com",
            "ana%evil.example@example.com",
            "evil.example!ana@example.com",
            ".ana@example.com",
            "a..b@example.com",
            "ana@10.0.0.1",
            "ana@[10.0.0.1]",
            "ana@exam ple.com",
            "ana@example.com(evil)",
            "/ana@example.com",
            "a\u{200b}na@example.com",
        ] {
            assert_eq!(EmailAddress::parse(text), None, "{text:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(65))), None);
    }
}

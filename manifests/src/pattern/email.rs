//! Patterns of e-mail addresses: a local part with wildcards, and the domain as a pattern of hosts.
use std::fmt;

use super::fold;
use super::host_pattern::{HostPattern, HostTemplate};
use super::text::{TextPattern, TextTemplate};
use super::{Bindings, PatternError};
use crate::email::{EmailAddress, is_local_char};

/// `*@example.com`, `ana@*.example.com`, with parameters as written.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailTemplate {
    local: TextTemplate,
    /// Where the domain begins in the pattern.
    domain_at: usize,
    domain: HostTemplate,
}

/// A set of e-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailPattern {
    local: TextPattern,
    domain: HostPattern,
}

impl EmailTemplate {
    /// Parses a local part, an `@`, and a pattern of hosts.
    ///
    /// # Errors
    /// No `@`; a character that no local part has; a domain that is no pattern of host names.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let whole = |message: String| PatternError::new(0..text.len(), message);
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(whole(format!("`{text}` is no pattern of e-mail addresses"))
                .with_help("write `*@example.com` for every address of a domain"));
        };
        if local.is_empty() {
            return Err(whole(format!("`{text}` has nothing before its `@`")).with_help(format!("write `*{text}`")));
        }
        let wildcards = |c: char| "*?[]!{}.".contains(c);
        if let Some((at, c)) = local.char_indices().find(|(_, c)| !is_local_char(*c) && !wildcards(*c)) {
            let message = format!("`{}` cannot stand before the `@` of an e-mail address", c.escape_default());
            return Err(PatternError::new(at..at + c.len_utf8(), message));
        }
        let domain_at = local.len() + 1;
        let shifted = |error: PatternError| error.shifted(domain_at);
        if domain.contains('/') {
            return Err(whole(format!("`{domain}` is no domain")));
        }
        let domain = HostTemplate::parse(domain).map_err(shifted)?;
        Ok(Self { local: TextTemplate::parse(local)?, domain_at, domain })
    }

    /// Whether a text that is not said to be such a pattern has the form of one: an `@` with a local part before and a
    /// domain behind it that has a dot or a parameter in it.
    #[must_use]
    pub fn has_form(text: &str) -> bool {
        let has_domain = |domain: &str| domain.contains(['.', '{']);
        text.rsplit_once('@').is_some_and(|(local, domain)| !local.contains('@') && has_domain(domain))
            && Self::parse(text).is_ok()
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.local.parameters().chain(self.domain.parameters())
    }

    /// The pattern with the parameters' values in it.
    ///
    /// # Errors
    /// An unbound parameter, or one whose value makes no host of the domain.
    pub fn bind(&self, bindings: &Bindings) -> Result<EmailPattern, PatternError> {
        let domain = self.domain.bind(bindings).map_err(|error| error.shifted(self.domain_at))?;
        Ok(EmailPattern { local: self.local.bind(bindings)?, domain })
    }
}

impl EmailPattern {
    /// Whether the address matches as written: for `allow`.
    pub(crate) fn matches(&self, address: &EmailAddress) -> bool {
        self.local.matches(address.local()) && self.domain.matches(address.domain())
    }

    /// Whether the address matches in any case and Unicode form: for `ask` and `deny`.
    pub(crate) fn matches_folded(&self, address: &EmailAddress) -> bool {
        self.local.matches_folded(&fold(address.local())) && self.domain.matches_folded(address.domain())
    }
}

impl fmt::Display for EmailTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl fmt::Display for EmailPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_one_address_of_a_domain() {
        let matches = |pattern: &str, text: &str| {
            let pattern = EmailTemplate::parse(pattern).unwrap().bind(&Bindings::new()).unwrap();
            let address = EmailAddress::parse(text).unwrap();
            (pattern.matches(&address), pattern.matches_folded(&address))
        };
        assert_eq!(matches("*@example.com", "ana@example.com"), (true, true));
        assert_eq!(matches("*@example.com", "ana@EXAMPLE.COM."), (true, true));
        assert_eq!(matches("*@example.com", "ana@a.example.com"), (false, false));
        assert_eq!(matches("*@*.example.com", "ana@a.example.com"), (true, true));
        assert_eq!(matches("ana@example.com", "Ana@example.com"), (false, true));
        assert_eq!(matches("[ae]*@*", "eve@evil.example"), (true, true));
    }

    #[test]
    fn what_is_no_pattern_of_addresses_has_not_its_form() {
        for text in ["*@example.com", "ana@{domain}", "*@*.example.com", "{user}@a.example.com", "a.b+c@x.org"] {
            assert!(EmailTemplate::has_form(text), "{text}");
        }
        for text in ["ana", "@ana", "*@*", "ana@localhost", "serde@1.0.1", "git@github.com:a/b", "a@b@c.example"] {
            assert!(!EmailTemplate::has_form(text), "{text}");
        }
        for text in ["a@b/c.d", "https://u@h.example/x", "Ana <ana@x.example>", "x@1.*", "a@10.0.0.0/8"] {
            assert!(!EmailTemplate::has_form(text), "{text}");
        }
    }
}

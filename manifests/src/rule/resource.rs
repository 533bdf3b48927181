//! What rules of the kinds are about: with templates as written, and with patterns once bound.
use super::Matches;
use super::bind::{Binder, Found, Resource, Written};
use crate::diagnostic::Diagnostic;
use crate::pattern::{Host, HostPattern, NamePattern, NameTemplate, PathPattern, UrlPattern, UrlTemplate};
use crate::scope::Source;
use crate::url::HttpUrl;

/// Name and destination of a `[[secrets]]` rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SecretTemplate {
    pub(crate) name: Written<NameTemplate>,
    pub(crate) to: Option<Written<UrlTemplate>>,
}

/// Name and value of an `[[env]]` rule; the value is no part of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct EnvTemplate {
    pub(crate) name: Written<NameTemplate>,
    pub(crate) value: Option<String>,
}

impl PartialEq for EnvTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A secret's name and the request that it would travel in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretTravel<'a> {
    pub(crate) name: &'a str,
    pub(crate) to: Option<&'a HttpUrl>,
    /// Whether it would travel at all, or be shown to the guest.
    pub(crate) travels: bool,
}

/// Bound [`SecretTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct SecretPattern(NamePattern, Option<UrlPattern>);

/// Bound [`EnvTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct EnvPattern {
    pub(crate) name: NamePattern,
    pub(crate) value: Option<String>,
}

impl Resource for SecretTemplate {
    type Bound = SecretPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<SecretPattern, Diagnostic> {
        let to = self.to.as_ref().map(|to| to.bind(binder)).transpose()?;
        Ok(SecretPattern(self.name.bind(binder)?, to))
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.name.parameters(sources, found);
        if let Some(to) = &self.to {
            to.parameters(sources, found);
        }
    }
}

impl Resource for EnvTemplate {
    fn key(&self) -> String {
        format!("{:?}", self.name)
    }

    type Bound = EnvPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<EnvPattern, Diagnostic> {
        Ok(EnvPattern { name: self.name.bind(binder)?, value: self.value.clone() })
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.name.parameters(sources, found);
    }
}

impl Matches<crate::path::GuestPath> for PathPattern {
    fn allows(&self, path: &crate::path::GuestPath) -> bool {
        self.matches(path)
    }

    fn catches(&self, path: &crate::path::GuestPath) -> bool {
        self.matches_folded(path)
    }
}

impl Matches<Host> for HostPattern {
    fn allows(&self, host: &Host) -> bool {
        self.matches(host)
    }

    fn catches(&self, host: &Host) -> bool {
        self.matches_folded(host)
    }
}

impl Matches<SecretTravel<'_>> for SecretPattern {
    fn allows(&self, asked: &SecretTravel<'_>) -> bool {
        let arrives = || self.1.as_ref().zip(asked.to).is_some_and(|(pattern, url)| pattern.matches(url));
        self.0.matches(asked.name) && (!asked.travels || arrives())
    }

    fn catches(&self, asked: &SecretTravel<'_>) -> bool {
        let elsewhere = || self.1.as_ref().zip(asked.to).is_some_and(|(pattern, url)| !pattern.matches_folded(url));
        self.0.matches_folded(asked.name) && !(asked.travels && elsewhere())
    }
}

impl Matches<str> for EnvPattern {
    fn allows(&self, name: &str) -> bool {
        self.name.matches(name)
    }

    fn catches(&self, name: &str) -> bool {
        self.name.matches_folded(name)
    }
}

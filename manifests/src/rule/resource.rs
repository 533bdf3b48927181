//! What rules of the kinds are about: with templates as written, and with patterns once bound.
use std::ops::Range;

use super::Matches;
use super::bind::{Binder, Resource, Written};
use crate::access::Call;
use crate::condition::{Conditions, ConditionsTemplate, Proof};
use crate::diagnostic::Diagnostic;
use crate::pattern::{Host, HostPattern, NamePattern, NameTemplate, PathPattern, UrlPattern, UrlTemplate};
use crate::scope::{RuleId, Source};
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

/// Tool and input of a `[[tools]]` rule; how often it allows a call is no part of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct ToolTemplate {
    pub(crate) id: RuleId,
    pub(crate) name: Written<NameTemplate>,
    pub(crate) sha256: Option<String>,
    pub(crate) input: Option<ConditionsTemplate>,
    pub(crate) times: Option<u64>,
}

impl PartialEq for ToolTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.sha256 == other.sha256 && self.input == other.input
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

/// Bound [`ToolTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct ToolPattern {
    pub(crate) id: RuleId,
    name: NamePattern,
    sha256: Option<String>,
    input: Option<Conditions>,
    pub(crate) times: Option<u64>,
}

impl Resource for SecretTemplate {
    type Bound = SecretPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<SecretPattern, Diagnostic> {
        let to = self.to.as_ref().map(|to| to.bind(binder)).transpose()?;
        Ok(SecretPattern(self.name.bind(binder)?, to))
    }

    fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>)) {
        self.name.parameters(source, found);
        if let Some(to) = &self.to {
            to.parameters(source, found);
        }
    }
}

impl Resource for EnvTemplate {
    type Bound = EnvPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<EnvPattern, Diagnostic> {
        Ok(EnvPattern { name: self.name.bind(binder)?, value: self.value.clone() })
    }

    fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>)) {
        self.name.parameters(source, found);
    }
}

impl Resource for ToolTemplate {
    type Bound = ToolPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<ToolPattern, Diagnostic> {
        Ok(ToolPattern {
            id: self.id,
            name: self.name.bind(binder)?,
            sha256: self.sha256.clone(),
            input: self.input.as_ref().map(|input| input.bind(binder)).transpose()?,
            times: self.times,
        })
    }

    fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>)) {
        self.name.parameters(source, found);
        if let Some(input) = &self.input {
            input.parameters(source, found);
        }
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

impl Matches<Call> for ToolPattern {
    fn allows(&self, call: &Call) -> bool {
        self.name.matches(&call.tool)
            && self.sha256.as_ref().is_none_or(|own| call.sha256.as_ref() == Some(own))
            && self.input.as_ref().is_none_or(|input| input.leaves_nothing_open(&call.input))
            && self.input.as_ref().is_none_or(|input| input.test(&call.input) == Proof::Proved)
            && self.times.is_none_or(|times| self.used(call).is_some_and(|used| used < times))
    }

    /// A rule for a tool catches its functions too.
    fn catches(&self, call: &Call) -> bool {
        let tool = call.tool.split_once('.').map(|(tool, _)| tool);
        [Some(call.tool.as_str()), tool].into_iter().flatten().any(|name| self.name.matches_folded(name))
            && self.sha256.as_ref().is_none_or(|own| call.sha256.as_ref().is_none_or(|asked| asked == own))
            && self.input.as_ref().is_none_or(|input| input.test(&call.input) != Proof::Disproved)
    }
}

impl ToolPattern {
    /// How many calls the task has made under this rule; `None` where that is not known.
    fn used(&self, call: &Call) -> Option<u64> {
        call.history.as_ref().map(|history| history.get(&self.id).copied().unwrap_or(0))
    }
}

//! What an `[[http]]` rule is about: URLs and their queries, and for an `allow` the headers and addresses as well.
use std::collections::BTreeSet;
use std::net::IpAddr;

use super::Matches;
use super::addresses::{Addresses, Target};
use super::bind::{Binder, Found, Resource, Written};
use crate::access::Carries;
use crate::condition::{Query, QueryTemplate};
use crate::diagnostic::Diagnostic;
use crate::pattern::{UrlPattern, UrlTemplate};
use crate::scope::Source;
use crate::url::HttpUrl;

/// URL, query, headers and addresses as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HttpTemplate {
    pub(crate) url: Written<UrlTemplate>,
    pub(crate) query: Option<QueryTemplate>,
    pub(crate) headers: Headers,
    pub(crate) addresses: Addresses,
}

/// What a request may carry beyond the usual headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    /// Names in lower case.
    pub(crate) named: BTreeSet<String>,
    pub(crate) credentials: bool,
}

/// Bound [`HttpTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct HttpPattern {
    url: UrlPattern,
    query: Option<Query>,
    headers: Headers,
    addresses: Addresses,
}

/// A request as asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) url: &'a HttpUrl,
    pub(crate) carries: &'a Carries,
    pub(crate) address: Option<IpAddr>,
}

impl<'a> Request<'a> {
    fn target(&self) -> Target<'a> {
        Target { host: self.url.host(), address: self.address }
    }
}

impl Resource for HttpTemplate {
    type Bound = HttpPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<HttpPattern, Diagnostic> {
        Ok(HttpPattern {
            url: self.url.bind(binder)?,
            query: self.query.as_ref().map(|query| query.bind(binder)).transpose()?,
            headers: self.headers.clone(),
            addresses: self.addresses.bound(self.url.template.spells_host()),
        })
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.url.parameters(sources, found);
        if let Some(query) = &self.query {
            query.parameters(sources, found);
        }
    }
}

impl Headers {
    fn admit(&self, carries: &Carries) -> bool {
        (self.credentials || !carries.credentials) && carries.headers.iter().all(|name| self.named.contains(name))
    }

    /// What they do not admit, in words.
    fn obstacles(&self, carries: &Carries) -> impl Iterator<Item = String> {
        let unnamed = carries.headers.iter().filter(|name| !self.named.contains(*name));
        let unnamed = unnamed.map(|name| format!("the rule's `headers` do not name `{}`", name.escape_debug()));
        let credentials = (carries.credentials && !self.credentials)
            .then(|| "the guest sends a credential, and the rule has no `guest_credentials`".to_owned());
        unnamed.chain(credentials)
    }
}

impl HttpPattern {
    fn is_named(&self, asked: &Request<'_>) -> bool {
        self.url.matches(asked.url) && self.query.as_ref().is_none_or(|query| query.is_proved(asked.url.query()))
    }

    fn refused(&self, asked: &Request<'_>) -> Option<IpAddr> {
        self.addresses.refused(self.url.host(), asked.target())
    }
}

impl Matches<Request<'_>> for HttpPattern {
    fn allows(&self, asked: &Request<'_>) -> bool {
        self.headers.admit(asked.carries) && self.is_named(asked) && self.refused(asked).is_none()
    }

    /// A rule for an address also catches a name that leads to it.
    fn catches(&self, asked: &Request<'_>) -> bool {
        let is_named =
            self.url.matches_folded(asked.url) || asked.address.is_some_and(|ip| self.url.names_folded(asked.url, ip));
        is_named && self.query.as_ref().is_none_or(|query| !query.is_disproved(asked.url.query()))
    }

    fn obstacles(&self, asked: &Request<'_>) -> Vec<String> {
        if !self.is_named(asked) {
            return Vec::new();
        }
        let refused = self.refused(asked).map(|ip| self.addresses.obstacle(ip));
        refused.into_iter().chain(self.headers.obstacles(asked.carries)).collect()
    }
}

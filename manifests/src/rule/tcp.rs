//! What a `[[tcp]]` rule is about: a host, a port, and the addresses that it reaches.

use super::Matches;
use super::addresses::{Addresses, Target};
use super::bind::{Binder, Found, Resource, Written};
use crate::diagnostic::Diagnostic;
use crate::pattern::{HostPattern, HostTemplate, PortPattern};
use crate::scope::Source;

/// Host, port and addresses as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TcpTemplate {
    pub(crate) host: Written<HostTemplate>,
    pub(crate) port: PortPattern,
    pub(crate) addresses: Addresses,
}

/// Bound [`TcpTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct TcpPattern {
    host: HostPattern,
    port: PortPattern,
    addresses: Addresses,
}

/// A connection as asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connection<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) port: u16,
}

impl Resource for TcpTemplate {
    type Bound = TcpPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<TcpPattern, Diagnostic> {
        let spelled = self.host.template.parameters().next().is_none();
        let addresses = self.addresses.bound(spelled);
        Ok(TcpPattern { host: self.host.bind(binder)?, port: self.port.clone(), addresses })
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.host.parameters(sources, found);
    }
}

impl TcpPattern {
    fn is_named(&self, asked: &Connection<'_>) -> bool {
        self.port.matches(asked.port) && self.host.matches(asked.target.host)
    }
}

impl Matches<Connection<'_>> for TcpPattern {
    fn allows(&self, asked: &Connection<'_>) -> bool {
        self.is_named(asked) && self.addresses.refused(&self.host, asked.target).is_none()
    }

    /// A rule for an address also catches a name that leads to it.
    fn catches(&self, asked: &Connection<'_>) -> bool {
        let Target { host, address } = asked.target;
        self.port.matches(asked.port)
            && (self.host.matches_folded(host) || address.is_some_and(|ip| self.host.names_folded(ip)))
    }

    fn obstacles(&self, asked: &Connection<'_>) -> Vec<String> {
        let refused = self.addresses.refused(&self.host, asked.target).filter(|_| self.is_named(asked));
        refused.map(|ip| self.addresses.obstacle(ip)).into_iter().collect()
    }
}

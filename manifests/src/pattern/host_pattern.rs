//! Patterns of hosts: a name, `*.example.com`, `*`, an IP address, a network.
use std::fmt;
use std::net::IpAddr;

use super::host::Host;
use super::lex::{self, Dialect};
use super::network::Network;
use super::token::{Piece, Token};
use super::{Bindings, PatternError};
use crate::address;

/// A host pattern with parameters, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTemplate(Vec<Piece>);

/// A set of hosts. A pattern of names never matches an IP address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(Set);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    /// `*`.
    AnyName,
    Name(Box<str>),
    /// `*.example.com`, kept as `.example.com`.
    Below(Box<str>),
    Network(Network),
}

const DIALECT: Dialect =
    Dialect { what: "a host", one: false, classes: false, deep: false, percent: false, plain: is_host_char };

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._:/[]".contains(c) || (!c.is_ascii() && !c.is_control())
}

impl HostTemplate {
    /// Parses a host name, `*.` before one, `*`, an IP address or a network.
    ///
    /// # Errors
    /// A scheme, user or port; a `*` elsewhere; a name or address that is none; a network with bits behind its prefix.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        refuse_url_parts(text)?;
        let template = Self(lex::lex(text, 0, &DIALECT)?);
        if template.parameters().next().is_none() {
            template.bind(&Bindings::new())?;
        }
        Ok(template)
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Piece::parameter)
    }

    /// The pattern with the parameters' values in it: names, parts of names, or addresses.
    ///
    /// # Errors
    /// An unbound parameter, or a value that does not make a host.
    pub fn bind(&self, bindings: &Bindings) -> Result<HostPattern, PatternError> {
        let plain = |c| if is_host_char(c) && !"/[]".contains(c) { Ok(c) } else { Err(c) };
        let text: String = lex::bind(&self.0, bindings, plain)?.iter().map(as_written).collect();
        let parsed = Set::parse(&text);
        Ok(HostPattern(parsed.map_err(|(message, help)| {
            let error = PatternError::new(lex::whole(&self.to_string()), message);
            help.into_iter().fold(error, PatternError::with_help)
        })?))
    }
}

/// A host's `[` is no class, and is spelled as itself.
fn as_written(token: &Token) -> String {
    match token {
        Token::Char(c) => c.to_string(),
        Token::One | Token::Class(_) | Token::Many | Token::Deep => token.to_string(),
    }
}

fn refuse_url_parts(text: &str) -> Result<(), PatternError> {
    let error = |at: usize, length: usize, what: &str| {
        Err(PatternError::new(at..at + length, format!("a host has no {what}")).with_help("write the host alone"))
    };
    if let Some(at) = text.find("://") {
        return error(0, at + 3, "scheme");
    }
    if let Some(at) = text.find('@') {
        return error(0, at + 1, "user");
    }
    match text.rfind(':') {
        Some(at) if text.find(':') == Some(at) || text.get(..at).is_some_and(|host| host.ends_with(']')) => {
            error(at, text.len() - at, "port")
        }
        Some(_) | None => Ok(()),
    }
}

/// What is wrong with a host, and what to do about it.
type Wrong = (String, Option<String>);

impl Set {
    fn parse(text: &str) -> Result<Self, Wrong> {
        if text == "*" {
            return Ok(Self::AnyName);
        }
        if text.contains('/') {
            return Network::parse(text).map(Self::Network).map_err(|error| (error.message, error.help));
        }
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        if name.contains('*') {
            let help = "`*` stands alone, or as `*.` before a name".to_owned();
            return Err((format!("`*` cannot stand here in `{text}`"), Some(help)));
        }
        match Host::parse(name) {
            Ok(Host::Name(name)) if below => Ok(Self::Below(format!(".{name}").into())),
            Ok(Host::Name(name)) => Ok(Self::Name(name)),
            Ok(Host::Ip(_)) if below => Err((format!("`{text}`: nothing is below an IP address"), None)),
            Ok(Host::Ip(ip @ IpAddr::V4(_))) if ip.to_string() != name => {
                Err((format!("`{name}` is the address `{ip}`"), Some(format!("write `{ip}`"))))
            }
            Ok(Host::Ip(ip)) => Ok(Self::Network(Network::only(ip))),
            Err(error) => Err((format!("`{text}` is {error}"), None)),
        }
    }

    fn contains(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::AnyName, Host::Name(_)) => true,
            (Self::Name(own), Host::Name(name)) => own == name,
            (Self::Below(suffix), Host::Name(name)) => name.len() > suffix.len() && name.ends_with(&**suffix),
            (Self::Network(network), Host::Ip(ip)) => network.contains(*ip),
            (Self::Network(_), Host::Name(_)) | (Self::AnyName | Self::Name(_) | Self::Below(_), Host::Ip(_)) => false,
        }
    }
}

impl HostPattern {
    /// Whether the host is in the set: for `allow`. An IPv4-mapped IPv6 address is the IPv4 address.
    #[must_use]
    pub fn matches(&self, host: &Host) -> bool {
        match host {
            Host::Name(_) => self.0.contains(host),
            Host::Ip(ip) => self.names(*ip),
        }
    }

    /// Whether the host is in the set: for `ask` and `deny`. An IPv6 address that leads to one of IPv4 is of either
    /// family.
    #[must_use]
    pub fn matches_folded(&self, host: &Host) -> bool {
        match host {
            Host::Name(_) => self.0.contains(host),
            Host::Ip(ip) => self.names_folded(*ip),
        }
    }

    /// Whether the pattern is an address or a network that holds this address: for `allow`.
    pub(crate) fn names(&self, ip: IpAddr) -> bool {
        self.0.contains(&Host::Ip(ip.to_canonical()))
    }

    /// The same for `ask` and `deny`.
    pub(crate) fn names_folded(&self, ip: IpAddr) -> bool {
        let leads_to = address::embedded(ip).map(IpAddr::from);
        [Some(ip), leads_to].into_iter().flatten().any(|ip| self.0.contains(&Host::Ip(ip)))
    }
}

impl fmt::Display for HostTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Token(token) => f.write_str(&as_written(token)),
            Piece::Parameter(_) => write!(f, "{piece}"),
        })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Set::AnyName => f.write_str("*"),
            Set::Name(name) => f.write_str(name),
            Set::Below(suffix) => write!(f, "*{suffix}"),
            Set::Network(network) => write!(f, "{network}"),
        }
    }
}

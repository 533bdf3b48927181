//! Patterns of URLs: scheme, host, port and path.
use std::fmt;
use std::net::IpAddr;

use super::escape;
use super::glob::Glob;
use super::host_pattern::{HostPattern, HostTemplate};
use super::lex::Dialect;
use super::port::PortPattern;
use super::sequence::{Sequence, SequenceTemplate};
use super::token::Token;
use super::url_path::SentSegment;
use super::{Bindings, PatternError};
use crate::url::{HttpUrl, Scheme};

/// A URL pattern with parameters, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlTemplate {
    scheme: Scheme,
    host: HostTemplate,
    port: PortPattern,
    path: SequenceTemplate,
    /// Whether the path ends in `/`, and is not only that.
    slash: bool,
}

/// A set of URLs. Queries are not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlPattern {
    scheme: Scheme,
    host: HostPattern,
    port: PortPattern,
    path: Sequence,
    slash: bool,
}

const PATH: Dialect = Dialect {
    what: "a URL's path",
    one: false,
    classes: true,
    deep: false,
    percent: true,
    plain: escape::is_path_char,
};

impl UrlTemplate {
    /// The longest pattern, in bytes.
    pub const MAX: usize = 4096;

    /// Parses `https://host/path/**`, with `:port`, `:8000-8999` or `:*` behind the host where the port is not the scheme's.
    ///
    /// # Errors
    /// A scheme other than `http` and `https`; a user, query or fragment; a host without a path; what is wrong with the
    /// host, the port or the path.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > Self::MAX {
            return Err(PatternError::new(0..text.len(), format!("a pattern has at most {} bytes", Self::MAX)));
        }
        let (scheme, authority_at) = scheme(text)?;
        let rest = text.get(authority_at..).unwrap_or_default();
        refuse_query(rest).map_err(|error| error.shifted(authority_at))?;
        let Some(length) = rest.find('/') else {
            return Err(PatternError::new(0..text.len(), format!("`{text}` has no path"))
                .with_help(format!("write `{text}/**` for every path, `{text}/` for the root alone")));
        };
        let (authority, path) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let (host, port) = parse_authority(authority, scheme).map_err(|error| error.shifted(authority_at))?;
        let path = path.strip_prefix('/').unwrap_or(path);
        let (path, slash) = path.strip_suffix('/').map_or((path, false), |path| (path, true));
        let at = authority_at + length + 1;
        if slash && path.is_empty() {
            return Err(PatternError::new(at - 1..at + 1, "an empty segment: `//`"));
        }
        if slash && path.rsplit('/').next() == Some("**") {
            return Err(
                PatternError::new(0..text.len(), "`/` behind `**`").with_help("`**` matches with and without it")
            );
        }
        Ok(Self { scheme, host, port, path: SequenceTemplate::parse(path, at, &PATH)?, slash })
    }

    /// Whether the host is written without parameters.
    pub(crate) fn spells_host(&self) -> bool {
        self.host.parameters().next().is_none()
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.host.parameters().chain(self.path.parameters())
    }

    /// The pattern with the parameters' values in it, spelled in the path as a URL spells them.
    ///
    /// # Errors
    /// An unbound parameter; a value that would break the path's form, or with a `%` or `\`; one that makes no host.
    pub fn bind(&self, bindings: &Bindings) -> Result<UrlPattern, PatternError> {
        let offset = self.scheme.as_str().len() + "://".len();
        Ok(UrlPattern {
            scheme: self.scheme,
            host: self.host.bind(bindings).map_err(|error| error.shifted(offset))?,
            port: self.port.clone(),
            path: self.path.bind(bindings, spell_value, url_glob)?,
            slash: self.slash,
        })
    }
}

/// A character of a value, as a URL's path has it.
fn spell_value(c: char) -> Result<char, char> {
    if matches!(c, '%' | '\\') || escape::is_mark(c) { Err(c) } else { Ok(escape::encode(c).unwrap_or(c)) }
}

fn url_glob(tokens: Vec<Token>) -> Glob {
    Glob::with_fold(tokens, escape::fold)
}

fn scheme(text: &str) -> Result<(Scheme, usize), PatternError> {
    for scheme in [Scheme::Http, Scheme::Https] {
        if let Some(rest) = text.strip_prefix(scheme.as_str()).and_then(|rest| rest.strip_prefix("://")) {
            return Ok((scheme, text.len() - rest.len()));
        }
    }
    let end = text.find("://").unwrap_or(text.len());
    Err(PatternError::new(0..end, format!("`{text}` does not begin with `https://` or `http://`")))
}

/// Outside a class, `?` and `#` end a URL's path.
fn refuse_query(text: &str) -> Result<(), PatternError> {
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        if matches!(c, '?' | '#') && previous != '[' {
            let what = if c == '?' { "query" } else { "fragment" };
            return Err(PatternError::new(at..text.len(), format!("a URL pattern has no {what}")).with_help(
                "conditions on it stand in `query` of an `[[http]]` rule; for one character of any kind list a class",
            ));
        }
        previous = c;
    }
    Ok(())
}

fn parse_authority(authority: &str, scheme: Scheme) -> Result<(HostTemplate, PortPattern), PatternError> {
    if let Some(at) = authority.find('@') {
        return Err(PatternError::new(0..at + 1, "a URL pattern has no user"));
    }
    let colon = authority.rfind(':').filter(|&at| !authority.get(at..).is_some_and(|rest| rest.contains(']')));
    let (host, port) = authority.split_at_checked(colon.unwrap_or(authority.len())).unwrap_or((authority, ""));
    if host.is_empty() {
        return Err(PatternError::new(0..authority.len(), "the host is missing"));
    }
    if host.contains(':') && !host.starts_with('[') {
        return Err(PatternError::new(0..host.len(), format!("`{host}` is no host"))
            .with_help("in a URL an IPv6 address stands in brackets"));
    }
    let port = match port.strip_prefix(':') {
        Some(port) => PortPattern::parse(port).map_err(|error| error.shifted(host.len() + 1))?,
        None => PortPattern::only(scheme.default_port()),
    };
    Ok((HostTemplate::parse(host)?, port))
}

impl UrlPattern {
    /// Whether the URL matches as written: for `allow`. A wildcard matches no segment that a server may take for several
    /// or for a dot segment; only text that spells it does. What a server may take the segment for matches as well.
    #[must_use]
    pub fn matches(&self, url: &HttpUrl) -> bool {
        let path = url.segments();
        self.matches_origin(url)
            && self.host.matches(url.host())
            && self.path.matches(path.sent(), |glob, segment| segment.matches(glob), SentSegment::is_open_to_deep)
            && (self.slash == path.ends_in_slash() || self.path.ends_deep())
    }

    /// Whether the URL, or any that a server may take it for, matches in any case and Unicode form, with or without empty
    /// segments: for `ask` and `deny`.
    #[must_use]
    pub fn matches_folded(&self, url: &HttpUrl) -> bool {
        self.matches_origin(url) && self.host.matches_folded(url.host()) && self.matches_path_folded(url)
    }

    /// Whether all but the host matches folded, and the host is an address or a network that holds this address.
    pub(crate) fn names_folded(&self, url: &HttpUrl, ip: IpAddr) -> bool {
        self.matches_origin(url) && self.host.names_folded(ip) && self.matches_path_folded(url)
    }

    /// URLs that it matches, for example; none where it names no one port, or a network.
    pub(crate) fn sample_texts(&self) -> Vec<String> {
        let (host, port) = (self.host.to_string(), self.port.to_string());
        if port.parse::<u16>().is_err() || host.contains('/') {
            return Vec::new();
        }
        let host = if host.contains(':') { format!("[{host}]") } else { host.replace('*', "sample") };
        let slash = if self.slash { "/" } else { "" };
        let paths = super::sample::paths(&self.path).into_iter();
        paths.map(|path| format!("{}://{host}:{port}{}{slash}", self.scheme.as_str(), escape::spell(&path))).collect()
    }

    /// The pattern of hosts.
    pub(crate) fn host(&self) -> &HostPattern {
        &self.host
    }

    fn matches_path_folded(&self, url: &HttpUrl) -> bool {
        let Some(readings) = url.segments().readings() else { return true };
        readings.iter().any(|path| self.path.matches(path, |glob, segment| segment.is_caught_by(glob), |_| true))
    }

    fn matches_origin(&self, url: &HttpUrl) -> bool {
        self.scheme == url.scheme() && self.port.matches(url.port())
    }
}

/// Writes what stands around host and path.
fn write_url(
    f: &mut fmt::Formatter<'_>,
    scheme: Scheme,
    host: &dyn fmt::Display,
    port: &PortPattern,
    path: &dyn fmt::Display,
    slash: bool,
) -> fmt::Result {
    let host = host.to_string();
    let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host };
    write!(f, "{}://{host}", scheme.as_str())?;
    if *port != PortPattern::only(scheme.default_port()) {
        write!(f, ":{port}")?;
    }
    write!(f, "{}{}", escape::spell(&path.to_string()), if slash { "/" } else { "" })
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_url(f, self.scheme, &self.host, &self.port, &self.path, self.slash)
    }
}

impl fmt::Display for UrlPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_url(f, self.scheme, &self.host, &self.port, &self.path, self.slash)
    }
}

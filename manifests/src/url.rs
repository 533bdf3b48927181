//! HTTP URLs as they are decided on and as they are sent: parsed once, by WHATWG rules.
use std::fmt;

use crate::pattern::{Host, UrlPath};

/// A parsed `http` or `https` URL, in the one form that is decided on *and* sent: dots resolved, percent-encoded
/// unreserved characters decoded, every other encoding as it was written; no user, no fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpUrl {
    url: ::url::Url,
    scheme: Scheme,
    host: Host,
    port: u16,
    path: UrlPath,
}

/// The scheme of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`.
    Http,
    /// `https`.
    Https,
}

/// Why a text is no URL that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUrl {
    /// It does not begin with `http://` or `https://` and a host.
    Scheme,
    /// It has a control character, a space or a backslash, which a parser would silently drop or change.
    Character,
    /// It has a user or a password.
    User,
    /// Its host is neither a name nor an address.
    Host,
    /// Its port is not one of 1 to 65535.
    Port,
    /// A `%` in its path is not followed by two hexadecimal digits.
    Percent,
    /// It is longer than [`HttpUrl::MAX`] bytes.
    TooLong,
    /// It is malformed in another way.
    Malformed,
}

impl HttpUrl {
    /// The longest URL, in bytes; RFC 9110 asks for at least 8,000.
    pub const MAX: usize = 32 << 10;

    /// Parses an absolute URL.
    ///
    /// # Errors
    /// [`BadUrl`] says what it has that no URL asked for may have. A fragment is dropped: it is never sent.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        if text.len() > Self::MAX {
            return Err(BadUrl::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c == ' ' || c == '\\') {
            return Err(BadUrl::Character);
        }
        check_authority(text)?;
        let mut url = ::url::Url::parse(text)
            .map_err(|error| if error == ::url::ParseError::InvalidPort { BadUrl::Port } else { BadUrl::Host })?;
        url.set_fragment(None);
        normalise_path(&mut url)?;
        Self::from_normal(url)
    }

    fn from_normal(mut url: ::url::Url) -> Result<Self, BadUrl> {
        let scheme = Scheme::parse(url.scheme()).ok_or(BadUrl::Scheme)?;
        let host = Host::parse(url.host_str().ok_or(BadUrl::Host)?).map_err(|_| BadUrl::Host)?;
        url.set_host(Some(&host.to_string())).map_err(|_| BadUrl::Host)?; // without a trailing dot
        let port = Some(url.port().unwrap_or(scheme.default_port())).filter(|&port| port != 0).ok_or(BadUrl::Port)?;
        let path = UrlPath::new(url.path());
        Ok(Self { url, scheme, host, port, path })
    }

    /// The URL as text: exactly what is decided on and what is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host, in its one form.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port: the scheme's where none was written.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path, beginning with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// What follows the `?`, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.url.query()
    }

    pub(crate) fn segments(&self) -> &UrlPath {
        &self.path
    }
}

impl Scheme {
    fn parse(text: &str) -> Option<Self> {
        [Self::Http, Self::Https].into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(text))
    }

    /// The scheme as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port where none is written.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Refuses what WHATWG's parser would repair: missing or extra slashes in front of the host, and a user.
fn check_authority(text: &str) -> Result<(), BadUrl> {
    let (scheme, rest) = text.split_once("://").ok_or(BadUrl::Scheme)?;
    Scheme::parse(scheme).ok_or(BadUrl::Scheme)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority {
        "" => Err(BadUrl::Host),
        _ if authority.contains('@') => Err(BadUrl::User),
        _ => Ok(()),
    }
}

/// Decodes the percent-encoded unreserved characters of the path (RFC 3986, section 6.2.2.2).
fn normalise_path(url: &mut ::url::Url) -> Result<(), BadUrl> {
    let normal = crate::pattern::decode_unreserved(url.path()).ok_or(BadUrl::Percent)?;
    if normal != url.path() {
        url.set_path(&normal);
    }
    if url.path() == normal { Ok(()) } else { Err(BadUrl::Malformed) }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the URL does not begin with `https://` or `http://` and a host",
            Self::Character => "the URL has a control character, a space or a backslash",
            Self::User => "the URL has a user",
            Self::Host => "the URL's host is neither a name nor an IP address",
            Self::Port => "the URL's port is not one of 1 to 65535",
            Self::Percent => "a `%` in the URL's path is not followed by two hexadecimal digits",
            Self::TooLong => "the URL has more than 32768 bytes",
            Self::Malformed => "the URL is malformed",
        })
    }
}

impl std::error::Error for BadUrl {}

//! Hosts as they are asked for: a name in one form, or an IP address.
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// A host name, lower case, in its ASCII form and without a trailing dot; or an IP address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// A name. It never reads as an address, however a resolver might read it.
    Name(Box<str>),
    /// An address, as it was spelled: an IPv4-mapped IPv6 address is still one of IPv6.
    Ip(IpAddr),
}

/// A text that is neither a host name nor an IP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadHost;

/// No longer text is looked at, in bytes: a name of 253 bytes in ASCII is shorter in any other spelling.
const MAX_TEXT: usize = 2048;

impl Host {
    /// Parses a name or an address by WHATWG's rules: `0x7f.1` and `2130706433` are the address `127.0.0.1`. An IPv6
    /// address may stand in brackets.
    ///
    /// # Errors
    /// A name with a length or a character that no name has, or a malformed address. RFC 1035: 63 bytes a label, 253 in
    /// all; letters, digits and `-`, and `_`, which RFC 8552 adds. WHATWG takes more (`a;b`, `a&b`), which others read
    /// as the end of the name.
    pub fn parse(text: &str) -> Result<Self, BadHost> {
        if text.len() > MAX_TEXT {
            return Err(BadHost);
        }
        if let Ok(ip) = text.parse::<Ipv6Addr>() {
            return Ok(Self::Ip(ip.into()));
        }
        if text.contains(|c: char| c == '%' || c.is_control()) {
            return Err(BadHost);
        }
        match ::url::Host::parse(text).map_err(|_| BadHost)? {
            ::url::Host::Domain(name) => Self::name(&name),
            ::url::Host::Ipv4(ip) => Ok(Self::Ip(ip.into())),
            ::url::Host::Ipv6(ip) => Ok(Self::Ip(ip.into())),
        }
    }

    /// As it stands alone: an IPv6 address without brackets.
    pub(crate) fn bare(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Ip(ip) => ip.to_string(),
        }
    }

    fn name(name: &str) -> Result<Self, BadHost> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let fits = |label: &str| !label.is_empty() && label.len() <= 63;
        if name.len() > 253 || !name.bytes().all(plain) || !name.split('.').all(fits) {
            return Err(BadHost);
        }
        Ok(Self::Name(name.into()))
    }
}

impl fmt::Display for Host {
    /// As it stands in a URL: an IPv6 address in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

impl fmt::Display for BadHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither a host name nor an IP address")
    }
}

impl std::error::Error for BadHost {}

//! Networks: an address and how many of its leading bits count (RFC 4632).
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use super::PatternError;

/// An address and the number of its leading bits that an address of the network shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Network {
    first: IpAddr,
    prefix: u32,
}

impl Network {
    /// Parses an address, or a network like `10.0.0.0/8`.
    pub(crate) fn parse(text: &str) -> Result<Self, PatternError> {
        let error = |message| PatternError::new(0..text.len(), message);
        let wrong = || error(format!("`{text}` is no network")).with_help("write one like `10.0.0.0/8`");
        let Some((first, prefix)) = text.split_once('/') else {
            return text.parse().map(Self::only).map_err(|_| wrong());
        };
        let canonical = prefix == "0" || !prefix.starts_with(['0', '+']);
        let prefix = prefix.parse().ok().filter(|_| canonical).ok_or_else(wrong)?;
        Self::new(first.parse().map_err(|_| wrong())?, prefix).map_err(error)
    }

    /// A network, where the address has no bits set behind the prefix. One within the IPv4-mapped range of IPv6 is the
    /// IPv4 network that it maps.
    pub(crate) fn new(first: IpAddr, prefix: u32) -> Result<Self, String> {
        let (bits, width) = bits(first);
        if prefix > width {
            return Err(format!("a network of this kind has at most {width} bits"));
        }
        if bits & !mask(prefix, width) != 0 {
            let network = bits & mask(prefix, width);
            return Err(format!(
                "`{first}/{prefix}` has bits set behind the prefix: write `{}/{prefix}`",
                address(network, first)
            ));
        }
        match (first.to_canonical(), prefix.checked_sub(96)) {
            (first @ IpAddr::V4(_), Some(prefix)) if width == 128 => Ok(Self { first, prefix }),
            _ => Ok(Self { first, prefix }),
        }
    }

    /// Exactly one address.
    pub(crate) fn only(ip: IpAddr) -> Self {
        let first = ip.to_canonical();
        Self { first, prefix: bits(first).1 }
    }

    pub(crate) fn contains(&self, ip: IpAddr) -> bool {
        let ((own, width), (other, other_width)) = (bits(self.first), bits(ip));
        width == other_width && (own ^ other) & mask(self.prefix, width) == 0
    }
}

/// An address as a number, and its width in bits.
fn bits(ip: IpAddr) -> (u128, u32) {
    match ip {
        IpAddr::V4(ip) => (u32::from(ip).into(), 32),
        IpAddr::V6(ip) => (ip.into(), 128),
    }
}

fn mask(prefix: u32, width: u32) -> u128 {
    let all = u128::MAX >> (128 - width);
    all & !all.checked_shr(prefix).unwrap_or(0)
}

/// The address with these bits, of the same family as `like`.
fn address(bits: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(bits).unwrap_or_default()).into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::from(bits).into(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == bits(self.first).1 {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

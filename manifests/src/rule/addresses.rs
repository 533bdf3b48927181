//! The addresses that an `allow` reaches: public ones, those of its own host, or those of the networks that it names.
use std::net::IpAddr;

use crate::address::{is_public, special};
use crate::pattern::{Host, HostPattern, Network};

/// Which addresses a rule for hosts reaches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Addresses {
    /// The rule names none: public ones, and those that its host spells out.
    Public,
    /// The same where the task's parameters make the host: what they spell out opens nothing.
    OnlyPublic,
    /// These, and no others.
    Within(Vec<Network>),
}

/// Where a request or a connection goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) host: &'a Host,
    /// What the host's name was resolved to, once it is.
    pub(crate) address: Option<IpAddr>,
}

impl Target<'_> {
    /// The addresses that are known: a host that is one, and the one that a name was resolved to.
    fn addresses(self) -> impl Iterator<Item = IpAddr> {
        let own = match self.host {
            Host::Name(_) => None,
            Host::Ip(ip) => Some(*ip),
        };
        own.into_iter().chain(self.address)
    }
}

impl Addresses {
    /// The same for a host that is, or is not, written without parameters.
    pub(crate) fn bound(&self, host_is_spelled: bool) -> Self {
        match self {
            Self::Public if !host_is_spelled => Self::OnlyPublic,
            Self::Public | Self::OnlyPublic | Self::Within(_) => self.clone(),
        }
    }

    /// The first address of a target that the rule does not reach. A name that is not resolved yet is not in the way: what
    /// it leads to is decided before anything is sent there.
    pub(crate) fn refused(&self, host: &HostPattern, target: Target<'_>) -> Option<IpAddr> {
        target.addresses().find(|&ip| match self {
            Self::Public => !is_public(ip) && !host.names(ip),
            Self::OnlyPublic => !is_public(ip),
            Self::Within(networks) => !networks.iter().any(|network| network.contains(ip.to_canonical())),
        })
    }

    /// Why an address is not reached, in words.
    pub(crate) fn obstacle(&self, ip: IpAddr) -> String {
        match (self, special(ip)) {
            (Self::Within(_), _) => format!("{ip} is not within the rule's `address`"),
            (Self::Public | Self::OnlyPublic, what) => {
                format!("{ip} is {}, and the rule names no address", what.unwrap_or("public"))
            }
        }
    }
}

//! What a rule for the network says beyond host, port and path: as data, as text, and as the slow reference reads it.
use std::net::IpAddr;

use toolward_manifests::Carries;

use super::reference::host;

/// The keys of a rule for HTTP beside its URL. All but the query are for an `allow` only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Terms {
    pub(crate) query: Query,
    pub(crate) headers: Vec<&'static str>,
    pub(crate) credentials: bool,
    pub(crate) address: Networks,
}

/// The networks of `address`; none where the key is not given.
pub(crate) type Networks = Vec<&'static str>;

/// The conditions on a query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) enum Query {
    /// No key.
    #[default]
    Any,
    /// The parameter `page` is at most this, and nothing else is there.
    AtMost(i64),
    /// The parameter `page` is at most this, whatever else is there: for an `allow` only.
    AtMostAndOthers(i64),
    /// There is no parameter at all.
    Nothing,
}

impl Terms {
    /// Whether an `ask` or a `deny` can have them.
    pub(crate) fn are_for_all(&self) -> bool {
        let open = matches!(self.query, Query::AtMostAndOthers(_));
        self.headers.is_empty() && !self.credentials && self.address.is_empty() && !open
    }

    pub(crate) fn toml(&self) -> String {
        let query = match self.query {
            Query::Any => String::new(),
            Query::AtMost(most) => format!(", query = {{ page = {{ max = {most} }} }}"),
            Query::AtMostAndOthers(most) => {
                format!(", query = {{ page = {{ max = {most} }} }}, other_fields = \"open\"")
            }
            Query::Nothing => ", query = {}".to_owned(),
        };
        let headers = if self.headers.is_empty() { String::new() } else { format!(", headers = {:?}", self.headers) };
        let credentials = if self.credentials { ", guest_credentials = true" } else { "" };
        format!("{query}{headers}{credentials}{}", address_toml(&self.address))
    }

    /// Whether an `allow` lets this through.
    pub(crate) fn admit(&self, carries: &Carries) -> bool {
        self.unadmitted(carries) == 0
    }

    /// How much of what a request carries an `allow` does not let through.
    pub(crate) fn unadmitted(&self, carries: &Carries) -> usize {
        let is_named = |name: &&String| self.headers.iter().any(|own| own.eq_ignore_ascii_case(name));
        let unnamed = carries.headers.iter().filter(|name| !is_named(name)).count();
        unnamed + usize::from(carries.credentials && !self.credentials)
    }
}

pub(crate) fn address_toml(address: &Networks) -> String {
    match &address[..] {
        [] => String::new(),
        [one] => format!(", address = {one:?}"),
        several => format!(", address = {several:?}"),
    }
}

/// Whether a pattern of hosts, a network among them, matches a host.
pub(crate) fn names(own: &str, asked: &str) -> bool {
    match (network(own), asked.parse::<IpAddr>()) {
        (Some((first, prefix)), Ok(ip)) => host::network(first, prefix, ip.to_canonical()),
        (None, Err(_)) => host::name(own, asked),
        (Some(_), Err(_)) | (None, Ok(_)) => false,
    }
}

fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (first, prefix) = text.split_once('/').unwrap_or((text, ""));
    let first: IpAddr = first.parse().ok()?;
    let prefix = prefix.parse().unwrap_or(if first.is_ipv4() { 32 } else { 128 });
    match first.to_canonical() {
        // What maps IPv4 is IPv4.
        mapped @ IpAddr::V4(_) if first.is_ipv6() => Some((mapped, prefix - 96)),
        _ => Some((first, prefix)),
    }
}

/// Whether an `allow` reaches all that is known of where a host leads.
pub(crate) fn reaches(own_host: &str, own: &Networks, asked_host: &str, address: Option<IpAddr>) -> bool {
    let known = asked_host.parse().ok().into_iter().chain(address);
    known.into_iter().all(|ip: IpAddr| match &own[..] {
        [] => is_public(ip) || names(own_host, &ip.to_string()),
        networks => networks.iter().any(|network| names(network, &ip.to_string())),
    })
}

/// Whether an `ask` or `deny` for an address catches a name that leads there.
pub(crate) fn leads_to(own_host: &str, address: Option<IpAddr>) -> bool {
    address.is_some_and(|ip| names(own_host, &ip.to_string()))
}

/// As the standard library knows it; enough for the addresses of these universes.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local()),
        IpAddr::V6(ip) => ip.segments()[0] & 0xE000 == 0x2000,
    }
}

impl Query {
    /// For `allow` the condition is proved under every reading, and nothing else is there; for `ask` and `deny` it is not
    /// disproved under every reading.
    pub(crate) fn holds(&self, asked: Option<&str>, folded: bool) -> bool {
        let asked = asked.unwrap_or_default();
        let (most, others) = match self {
            Self::Any => return true,
            Self::Nothing => return folded || !is_malformed(asked) && asked.split('&').all(str::is_empty),
            Self::AtMost(most) => (*most, false),
            Self::AtMostAndOthers(most) => (*most, true),
        };
        let pairs: Vec<_> = asked.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let known = |is_it: fn(&str) -> bool| -> Option<bool> {
            let values: Vec<_> = pairs.iter().filter(|(name, _)| is_it(name)).map(|(_, value)| *value).collect();
            let [value] = values[..] else { return None };
            let plain = !is_malformed(asked) && (value == "0" || !value.starts_with('0'));
            value.parse::<i64>().ok().filter(|_| plain).map(|value| value <= most)
        };
        let readings = [known(|name| name == "page"), known(|name| name.eq_ignore_ascii_case("page"))];
        match folded {
            true => readings != [Some(false); 2],
            false => readings == [Some(true); 2] && (others || pairs.iter().all(|(name, _)| *name == "page")),
        }
    }
}

fn is_malformed(query: &str) -> bool {
    query.contains(';') || query.contains("%z")
}

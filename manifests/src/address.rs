//! Which addresses are public: what IANA's registries of special-purpose addresses leave over.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first address of a network, how many of its bits count, and what it is.
type Special<A> = (A, u32, &'static str);

/// Of what lies in another, the narrower comes first. From
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/> (RFC 6890), RFC 5771 and RFC 1112; 169.254.169.254 and
/// 168.63.129.16 are where clouds hand credentials to whoever asks.
const V4: [Special<Ipv4Addr>; 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 100, 100, 200), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier's NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(169, 254, 169, 254), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "reserved for protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "for documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "broadcast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// The same for IPv6: <https://www.iana.org/assignments/iana-ipv6-special-registry/>. What lies outside 2000::/3 is no
/// global unicast address at all (RFC 4291, section 2.4), so most of it needs no line but for its name.
const V6: [Special<Ipv6Addr>; 18] = [
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::UNSPECIFIED, 96, "IPv4-compatible"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xFFFF, 0, 0), 96, "IPv4-mapped"),
    (Ipv6Addr::new(0x64, 0xFF9B, 0, 0, 0, 0, 0, 0), 96, "NAT64"),
    (Ipv6Addr::new(0x64, 0xFF9B, 1, 0, 0, 0, 0, 0), 48, "NAT64"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 63, "for discarding"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "Teredo"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "reserved for protocols"),
    (Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0), 32, "for documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3FFF, 0, 0, 0, 0, 0, 0, 0), 20, "for documentation"),
    (Ipv6Addr::new(0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254), 128, "a cloud's metadata service"),
    (Ipv6Addr::new(0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254), 128, "a cloud's metadata service"),
    (Ipv6Addr::new(0xFC00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xFE80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xFEC0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xFF00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Whether an address is one of the public internet: the only ones that a rule reaches which names none.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    special(ip).is_none()
}

/// What an address is that is not public: `loopback`, `private`, …; `None` for a public one. An IPv4-mapped IPv6 address
/// is not public, whatever it maps.
#[must_use]
pub fn special(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => {
            let within = |first: Ipv4Addr, prefix| (u32::from(first) ^ u32::from(ip)) >> (32 - prefix) == 0;
            V4.into_iter().find(|&(first, prefix, _)| within(first, prefix)).map(|(.., what)| what)
        }
        IpAddr::V6(ip) => {
            let within = |first: Ipv6Addr, prefix| (u128::from(first) ^ u128::from(ip)) >> (128 - prefix) == 0;
            let known = V6.into_iter().find(|&(first, prefix, _)| within(first, prefix)).map(|(.., what)| what);
            known.or_else(|| (ip.segments()[0] >> 13 != 1).then_some("reserved"))
        }
    }
}

/// The IPv4 address that an IPv6 address leads to through a translator or a tunnel: mapped (RFC 4291, section 2.5.5),
/// NAT64 with the well-known prefix (RFC 6052), 6to4 (RFC 3056) or Teredo (RFC 4380).
#[must_use]
pub fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = ip else { return None };
    let bits = u128::from(v6);
    let at = |shift: u32| Ipv4Addr::from(u32::try_from(bits >> shift & 0xFFFF_FFFF).unwrap_or_default());
    match special(ip)? {
        "IPv4-compatible" | "IPv4-mapped" => Some(at(0)),
        "NAT64" if v6.segments()[2] == 0 => Some(at(0)),
        "6to4" => Some(at(80)),
        "Teredo" => Some(Ipv4Addr::from(!u32::from(at(0)))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn special_text(text: &str) -> Option<&'static str> {
        special(text.parse().unwrap())
    }

    /// The first and the last address of each range, and the public ones beside it.
    #[test]
    fn ranges_begin_and_end_where_the_registries_say() {
        for (what, addresses) in [
            ("unspecified", &["0.0.0.0", "0.255.255.255", "::"][..]),
            ("loopback", &["127.0.0.1", "127.255.255.255", "::1"]),
            (
                "private",
                &["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1", "fc00::", "fdff::1"],
            ),
            ("shared by a carrier's NAT", &["100.64.0.0", "100.127.255.255"]),
            ("link-local", &["169.254.0.0", "169.254.255.255", "fe80::1", "febf:ffff::"]),
            ("a cloud's metadata service", &["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254"]),
            ("for documentation", &["192.0.2.1", "198.51.100.9", "203.0.113.255", "2001:db8::", "3fff:fff::1"]),
            ("for benchmarks", &["198.18.0.0", "198.19.255.255"]),
            ("multicast", &["224.0.0.0", "239.255.255.255", "ff02::1"]),
            ("broadcast", &["255.255.255.255"]),
            ("reserved", &["240.0.0.0", "255.255.255.254", "::ffff:0:7f00:1", "200::", "1fff::", "4000::", "5f00::1"]),
            ("reserved for protocols", &["192.0.0.192", "2001:1::1", "2001:1ff:ffff::"]),
            ("IPv4-compatible", &["::2", "::127.0.0.1"]),
            ("IPv4-mapped", &["::ffff:127.0.0.1", "::ffff:8.8.8.8"]),
            ("NAT64", &["64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1"]),
            ("6to4", &["192.88.99.1", "2002:7f00:1::", "2002:808:808::1"]),
            ("Teredo", &["2001::", "2001:0:ffff::1"]),
            ("site-local", &["fec0::1", "feff::"]),
            ("for discarding", &["100::1", "100:0:0:1::1"]),
        ] {
            addresses.iter().for_each(|text| assert_eq!(special_text(text), Some(what), "{text}"));
        }
        for text in [
            "1.0.0.0",
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2000::",
            "2001:200::1",
            "2001:db7:ffff::",
            "2001:db9::",
            "2003::",
            "2606:4700::1111",
            "3ffe::",
            "3fff:1000::",
        ] {
            assert_eq!(special_text(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_within_another_is_found() {
        for text in ["::ffff:10.1.2.3", "::10.1.2.3", "64:ff9b::10.1.2.3", "2002:a01:203::7", "2001::f5fe:fdfc"] {
            assert_eq!(embedded(text.parse().unwrap()), Some(Ipv4Addr::new(10, 1, 2, 3)), "{text}");
        }
        for text in ["10.1.2.3", "2606:4700::1111", "64:ff9b:1::10.1.2.3"] {
            assert_eq!(embedded(text.parse().unwrap()), None, "{text}");
        }
    }
}

//! Host patterns: names in one form, addresses however they are spelled, and never one for the other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::IpAddr;

use proptest::prelude::*;
use toolward_manifests::pattern::{Binding, Bindings, Host, HostPattern, HostTemplate};

#[path = "reference/host.rs"]
mod reference;

fn pattern(text: &str) -> HostPattern {
    HostTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn matches(text: &str, host: &str) -> bool {
    pattern(text).matches(&Host::parse(host).unwrap())
}

/// A name is compared in its one form; a wildcard stands for one or more labels.
#[test]
fn names_match_in_their_one_form() {
    assert!(matches("example.com", "EXAMPLE.com.") && matches("Example.COM.", "example.com"));
    assert!(matches("bücher.example", "xn--bcher-kva.example") && matches("bücher.example", "BU\u{308}CHER.example"));
    assert!(matches("*.example.com", "a.example.com") && matches("*.example.com", "a.b.example.com"));
    assert!(!matches("*.example.com", "example.com") && !matches("*.example.com", "badexample.com"));
    assert!(!matches("example.com", "example.com.evil.org") && !matches("example.com", "a.example.com"));
    assert!(matches("*", "localhost") && matches("example.com", "ｅxample。com"));
}

/// Every spelling of an address is the address, and no name.
#[test]
fn addresses_match_however_they_are_spelled() {
    for spelling in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1.",
        "::ffff:127.0.0.1",
        "[::ffff:7f00:1]",
    ] {
        assert!(matches("127.0.0.1", spelling) && matches("127.0.0.0/8", spelling), "{spelling}");
        assert!(matches("::ffff:7f00:0/104", spelling), "{spelling}");
        assert!(!matches("*", spelling), "{spelling}");
    }
    assert!(matches("::1", "0:0:0:0:0:0:0:1") && matches("[::1]", "[::1]") && !matches("::1", "::2"));
    assert!(matches("10.0.0.0/8", "10.255.0.1") && !matches("10.0.0.0/8", "11.0.0.1"));
    assert!(matches("fe80::/10", "febf::1") && !matches("fe80::/10", "fec0::1"));
    assert!(matches("0.0.0.0/0", "8.8.8.8") && !matches("0.0.0.0/0", "2001:db8::1") && !matches("::/0", "8.8.8.8"));
}

/// For `deny`, an IPv4-mapped address is of both families; for `allow` it is what it connects to.
#[test]
fn mapped_addresses_are_denied_as_both() {
    let mapped = Host::parse("::ffff:10.0.0.1").unwrap();
    assert!(!pattern("::/0").matches(&mapped) && pattern("::/0").matches_folded(&mapped));
    assert!(pattern("10.0.0.1").matches_folded(&mapped));
}

/// What is no host of one form is refused.
#[test]
fn malformed_hosts_are_refused() {
    for text in [
        "",
        "https://example.com",
        "user@example.com",
        "example.com:80",
        "[::1]:80",
        "exa*mple.com",
        "*example.com",
        "a.*.com",
        "*.*.com",
        "**",
        "*.",
        "*.10.0.0.1",
        "*.1",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0/8",
        "fe80::1/10",
        "example.com/8",
        "0x7f.1",
        "127.1",
        "1.2.3.4.5",
        "a..b",
        ".a",
        "exa mple.com",
        "%65xample.com",
        "fe80::1%eth0",
        "a_b?c",
    ] {
        assert!(HostTemplate::parse(text).is_err(), "{text}");
    }
    for text in ["", "a..b", "exa mple", "%31", "a/b", "a:80", "1.2.3.256", "[::1", &"a".repeat(64), &"a.".repeat(128)]
    {
        assert!(Host::parse(text).is_err(), "{text}");
    }
}

/// A value may make a name or part of one, never a wildcard or a network.
#[test]
fn values_make_names() {
    let bind = |text: &str, value: &str| {
        let value = Binding { text: value.into(), slash_ok: true };
        HostTemplate::parse(text).unwrap().bind(&Bindings::from([("x".to_owned(), value)]))
    };
    assert_eq!(bind("{x}.example.com", "ACME").unwrap(), pattern("acme.example.com"));
    assert_eq!(bind("{x}", "10.0.0.1").unwrap(), pattern("10.0.0.1"));
    for value in ["*", "a/b", "a:1", "..", "a.", "[", "0.0.0.0/0"] {
        assert!(bind("{x}.example.com", value).is_err(), "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// Names and networks agree with the reference, which goes label by label and bit by bit.
    #[test]
    fn hosts_match_as_the_reference_says(
        name in r"([abA]{1,2}\.){0,3}[abA]{1,2}\.?", star in any::<bool>(), host in r"([abA]{1,2}\.){0,3}[abA]{1,2}\.?",
    ) {
        let text = if star { format!("*.{name}") } else { name };
        prop_assert_eq!(matches(&text, &host), reference::name(&text, &host), "{} {}", text, host);
    }

    #[test]
    fn networks_match_as_the_reference_says(v6 in any::<bool>(), a in any::<u128>(), flip in 0u32..128, prefix in 0u32..=128) {
        let width = if v6 { 128 } else { 32 };
        let (prefix, flip) = (prefix % (width + 1), flip % width);
        let address = |bits: u128| if v6 { IpAddr::from((bits | 1 << 127).to_be_bytes()) } else { IpAddr::from(((bits >> 96) as u32).to_be_bytes()) };
        let first = reference::cleared(address(a), prefix);
        let text = format!("{first}/{prefix}");
        let host = reference::flipped(address(a), flip);
        prop_assert_eq!(matches(&text, &host.to_string()), reference::network(first, prefix, host), "{} {}", text, host);
        prop_assert_eq!(pattern(&pattern(&text).to_string()), pattern(&text));
    }

    /// Printing and parsing again is the identity.
    #[test]
    fn parse_after_print_is_the_identity(text in r"(\*\.)?([a-zé{}]{1,3}\.){0,2}(\{x\}|[a-z]{1,3})") {
        if let Ok(template) = HostTemplate::parse(&text) {
            prop_assert_eq!(HostTemplate::parse(&template.to_string()).unwrap(), template);
        }
    }
}

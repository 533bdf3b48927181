//! The host that is decided on is the host that WHATWG's URL parser finds, or the URL is refused: in every case of the
//! published test data for http and https, and in every trick that we know.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "urls/tricks.rs"]
mod tricks;

use std::net::IpAddr;

use toolward_manifests::pattern::{Bindings, Host, UrlTemplate};
use toolward_manifests::url::HttpUrl;

/// Host and port as WHATWG's parser finds them; the host without a dot at its end, which names the same.
fn by_whatwg(text: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(text).ok()?;
    let host = url.host_str()?;
    let port = url.port_or_known_default()?;
    Some((host.strip_suffix('.').unwrap_or(host).to_owned(), port))
}

fn by_us(text: &str) -> Option<(String, u16)> {
    let url = HttpUrl::parse(text).ok()?;
    // The two spell an IPv4-mapped address differently.
    let host = match url.host() {
        Host::Ip(IpAddr::V6(ip)) => url::Host::<&str>::Ipv6(*ip).to_string(),
        host => host.to_string(),
    };
    Some((host, url.port()))
}

/// Whether a rule for the host and the port, and no other, matches what is sent.
fn is_decided_on(text: &str, (host, port): &(String, u16)) {
    let url = HttpUrl::parse(text).unwrap();
    let matches = |origin: &str| {
        let template = UrlTemplate::parse(&format!("{}://{origin}/**", url.scheme().as_str())).unwrap();
        // An encoded separator is matched by a wildcard of an `ask` or `deny` only.
        template.bind(&Bindings::new()).unwrap().matches_folded(&url)
    };
    assert!(matches(&format!("{host}:{port}")), "{text:?}");
    assert!(!matches(&format!("other.example:{port}")) && !matches(&format!("{host}:{}", port ^ 1)), "{text:?}");
    assert_eq!(by_whatwg(url.as_str()).as_ref(), Some(&(host.clone(), *port)), "{text:?} is sent as {url}");
}

#[test]
fn every_case_of_the_published_data() {
    let cases: Vec<Vec<String>> = serde_json::from_str(include_str!("urls/whatwg.json")).unwrap();
    let [mut taken, mut refused] = [0; 2];
    for case in &cases[1..] {
        let text = &case[0];
        assert_eq!(by_whatwg(text).is_some(), case.len() > 1, "{text:?}");
        let Some(ours) = by_us(text) else {
            refused += 1;
            continue;
        };
        assert_eq!(Some(&ours), by_whatwg(text).as_ref(), "{text:?}");
        assert_eq!(ours.0, case[1].trim_end_matches('.'), "{text:?}");
        is_decided_on(text, &ours);
        taken += 1;
    }
    assert_eq!([cases.len() - 1, taken, refused], [367, 99, 268]);
}

#[test]
fn every_trick() {
    let refused = tricks::REFUSED.iter().map(|text| (*text, None));
    let taken = tricks::TAKEN
        .iter()
        .flat_map(|(host, port, texts)| texts.iter().map(|text| (*text, Some(((*host).to_owned(), *port)))));
    let all: Vec<_> = refused.chain(taken).collect();
    let wrong: Vec<_> = all.iter().filter(|(text, expected)| by_us(text) != *expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (text, expected) in all.iter().filter_map(|(text, expected)| Some((text, expected.as_ref()?))) {
        assert_eq!(by_whatwg(text).as_ref(), Some(expected), "{text:?}");
        is_decided_on(text, expected);
    }
    assert!(all.len() >= 200, "{}", all.len());
}

//! URLs have one form, URL patterns agree on it with the slow reference, and rules hold for every server that reads a path in
//! steps.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolward_manifests::pattern::{Bindings, Host, UrlTemplate};
use toolward_manifests::url::HttpUrl;

#[path = "../../manifests/tests/reference/glob.rs"]
mod glob;
#[path = "../../manifests/tests/reference/url.rs"]
mod reference;
#[path = "../../manifests/tests/reference/server.rs"]
mod server;

/// What the reference, which tries every way, can take.
const LONGEST: usize = 24;

/// What patterns and URLs are made of where the fuzzer asks for ones that often match.
const ELEMENTS: [&str; 16] =
    ["/", "/", "/", "a", "b", "*", "**", "*", "[ab]", "%2F", "%2f", "%40", "%25", "%C3%A9", "%FF", "@"];

/// What patterns and paths are made of where servers read them.
const OWN: [&str; 8] = ["/a", "/b", "/admin", "/*", "/**", "/a*", "/*b", "/a*b"];
const ASKED: [&str; 24] = [
    "/", "/", "/", "a", "b", "admin", ".", "..", ";", "%3B", "%2F", "%5C", "%25", "2e", "2F", "%252e", "%00", "%C0%AE",
    "%C0%AF", "%20", "%3F", "%0A", "x", "%2525",
];

fuzz_target!(|input: (bool, &[u8], &[u8], &[u8])| {
    let (dense, text, asked, steps) = input;
    holds_for_a_server(text, asked, steps);
    let made =
        |bytes: &[u8]| bytes.iter().map(|&byte| ELEMENTS[usize::from(byte) % ELEMENTS.len()]).collect::<String>();
    if dense {
        check(&made(text), &made(asked));
    } else if let (Ok(text), Ok(asked)) = (std::str::from_utf8(text), std::str::from_utf8(asked)) {
        check(text, asked);
    }
});

fn holds_for_a_server(own: &[u8], asked: &[u8], steps: &[u8]) {
    if own.len() > 4 || asked.len() > 12 || steps.len() > 8 {
        return;
    }
    let own: String = own.iter().map(|&byte| OWN[usize::from(byte) % OWN.len()]).collect();
    let asked: String = asked.iter().map(|&byte| ASKED[usize::from(byte) % ASKED.len()]).collect();
    let steps: Vec<_> = steps.iter().map(|&byte| server::STEPS[usize::from(byte) % server::STEPS.len()]).collect();
    let Ok(template) = UrlTemplate::parse(&format!("https://h{own}")) else { return };
    let (Ok(pattern), Ok(url)) = (template.bind(&Bindings::new()), HttpUrl::parse(&format!("https://h/{asked}")))
    else {
        return;
    };
    let read = server::read(url.path(), &steps);
    let is_named = glob::path(&own, &read, &|one, name| glob::text(one, name));
    assert!(!is_named || pattern.matches_folded(&url), "{own} is not denied {url}, read as {read}");
    assert!(is_named || !pattern.matches(&url), "{own} allows {url}, read as {read}");
}

fn check(text: &str, asked: &str) {
    if let Ok(url) = HttpUrl::parse(asked) {
        assert_eq!(HttpUrl::parse(url.as_str()).as_ref(), Ok(&url), "{}", url.as_str());
        // The host that is decided on is the one that WHATWG's parser finds in what was asked for.
        let whatwg = url::Url::parse(asked).unwrap();
        let host = whatwg.host_str().unwrap();
        assert_eq!(Host::parse(host).as_ref(), Ok(url.host()), "{asked:?}");
        assert_eq!(Some(url.port()), whatwg.port_or_known_default(), "{asked:?}");
    }
    if let Ok(template) = UrlTemplate::parse(text) {
        let printed = template.to_string();
        assert_eq!(UrlTemplate::parse(&printed).as_ref(), Ok(&template), "{printed}");
    }

    let Ok(template) = UrlTemplate::parse(&format!("https://h/{text}")) else { return };
    let Ok(pattern) = template.bind(&Bindings::new()) else { return };
    let Ok(url) = HttpUrl::parse(&format!("https://h/{asked}")) else { return };
    let matched = pattern.matches(&url);
    assert!(pattern.matches_folded(&url) || !matched, "matches exactly but not folded");
    if simple(text) && simple(asked) && !url.path().contains(['[', '-', '.', '~', '_']) {
        assert_eq!(matched, reference::path(&format!("/{text}"), url.path()), "{}", url.as_str());
    }
}

/// Whether the reference, which goes over what is sent, knows all that stands in the text.
fn simple(text: &str) -> bool {
    let escapes =
        text.split('%').skip(1).all(|rest| ["2F", "2f", "40", "25", "FF"].iter().any(|hex| rest.starts_with(hex)));
    let classes = text.split("[ab]").all(|part| !part.contains('['));
    escapes
        && classes
        && text.is_ascii()
        && text.len() <= LONGEST
        && !text.contains(['-', '.', '~', '_', ';', '(', ':', '$'])
}

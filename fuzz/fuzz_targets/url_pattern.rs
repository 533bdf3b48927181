//! URLs have one form, and URL patterns agree on it with the slow reference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolward_manifests::pattern::{Bindings, Host, UrlTemplate};
use toolward_manifests::url::HttpUrl;

#[path = "../../manifests/tests/reference/url.rs"]
mod reference;

/// What the reference, which tries every way, can take.
const LONGEST: usize = 24;

/// What patterns and URLs are made of where the fuzzer asks for ones that often match.
const ELEMENTS: [&str; 16] =
    ["/", "/", "/", "a", "b", "*", "**", "*", "[ab]", "%2F", "%2f", "%40", "%25", "%C3%A9", "%FF", "@"];

fuzz_target!(|input: (bool, &[u8], &[u8])| {
    let (dense, text, asked) = input;
    let made =
        |bytes: &[u8]| bytes.iter().map(|&byte| ELEMENTS[usize::from(byte) % ELEMENTS.len()]).collect::<String>();
    if dense {
        check(&made(text), &made(asked));
    } else if let (Ok(text), Ok(asked)) = (std::str::from_utf8(text), std::str::from_utf8(asked)) {
        check(text, asked);
    }
});

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
    escapes && classes && text.is_ascii() && text.len() <= LONGEST && !text.contains(['-', '.', '~', '_'])
}

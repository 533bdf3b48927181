//! URLs and their patterns: decided on the one form that is sent, and no encoding gets past a rule.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use proptest::prelude::*;
use toolward_manifests::pattern::{Binding, Bindings, PatternError, UrlPattern, UrlTemplate};
use toolward_manifests::url::{BadUrl, HttpUrl};

#[path = "reference/url.rs"]
mod reference;

fn pattern(text: &str) -> UrlPattern {
    UrlTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn url(text: &str) -> HttpUrl {
    HttpUrl::parse(text).unwrap()
}

fn exact(text: &str, asked: &str) -> bool {
    pattern(text).matches(&url(asked))
}

fn folded(text: &str, asked: &str) -> bool {
    pattern(text).matches_folded(&url(asked))
}

fn bound(text: &str, value: &str, slash_ok: bool) -> Result<UrlPattern, PatternError> {
    let binding = Binding { text: value.into(), slash_ok };
    UrlTemplate::parse(text).unwrap().bind(&Bindings::from([("x".to_owned(), binding)]))
}

/// What is decided on is what is sent: one form, whatever was written.
#[test]
fn urls_have_one_form() {
    for (written, sent) in [
        ("HTTPS://EXAMPLE.com", "https://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://h/a/./b/../c", "https://h/a/c"),
        ("https://h/a/%2e%2E/c", "https://h/c"),
        ("https://h/../../etc", "https://h/etc"),
        ("https://h/%61%2Db%7e", "https://h/a-b~"),
        ("https://h/%2F%2f%25%5c%40", "https://h/%2F%2f%25%5c%40"),
        ("https://h/é", "https://h/%C3%A9"),
        ("https://h/a#top", "https://h/a"),
        ("https://h/a?q=%61#x", "https://h/a?q=%61"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://[0:0::1]/", "http://[::1]/"),
        ("http://b\u{FC}cher.example/", "http://xn--bcher-kva.example/"),
        ("http://h//a//", "http://h//a//"),
    ] {
        assert_eq!(url(written).as_str(), sent, "{written}");
        assert_eq!(url(sent).as_str(), sent, "{sent}");
    }
    assert_eq!(
        (url("http://h/a?b").port(), url("http://h/a?b").query(), url("http://h/a?b").path()),
        (80, Some("b"), "/a")
    );
}

/// What a parser would repair in silence is refused.
#[test]
fn repaired_urls_are_refused() {
    for (text, why) in [
        ("https://h/a\tb", BadUrl::Character),
        ("https://h/a\nb", BadUrl::Character),
        (" https://h/", BadUrl::Character),
        ("https://h\\@evil/", BadUrl::Character),
        ("https://h/a\u{85}", BadUrl::Character),
        ("https://user@h/", BadUrl::User),
        ("https://@h/", BadUrl::User),
        ("https:h/", BadUrl::Scheme),
        ("https:/h/", BadUrl::Scheme),
        ("https:///h/", BadUrl::Host),
        ("ftp://h/", BadUrl::Scheme),
        ("file:///etc", BadUrl::Scheme),
        ("/a", BadUrl::Scheme),
        ("https://?q", BadUrl::Host),
        ("https://a..b/", BadUrl::Host),
        ("https://h:0/", BadUrl::Port),
        ("https://h:65536/", BadUrl::Port),
        ("https://h/%zz", BadUrl::Percent),
        ("https://h/%", BadUrl::Percent),
        ("https://1.2.3.256/", BadUrl::Host),
    ] {
        assert_eq!(HttpUrl::parse(text), Err(why), "{text:?}");
    }
    assert_eq!(HttpUrl::parse(&format!("https://h/{}", "a".repeat(HttpUrl::MAX))), Err(BadUrl::TooLong));
}

/// Scheme, host, port and path all have to match; the query is not looked at.
#[test]
fn each_part_binds() {
    let github = "https://api.github.com/repos/acme/*/issues/**";
    assert!(exact(github, "https://api.github.com/repos/acme/site/issues"));
    assert!(exact(github, "https://API.github.com:443/repos/acme/site/issues/7?q=1"));
    for asked in [
        "http://api.github.com/repos/acme/site/issues",
        "https://api.github.com:8443/repos/acme/site/issues",
        "https://api.github.com.evil.org/repos/acme/site/issues",
        "https://api.github.com/repos/acme/site/issues/../../../../user",
        "https://api.github.com/repos/acme//issues",
        "https://api.github.com/repos/acme/a%2Fb/issues",
        "https://api.github.com/Repos/acme/site/issues",
    ] {
        assert!(!exact(github, asked), "{asked}");
    }
    assert!(exact("http://h:*/", "http://h:8080/") && exact("http://h:8000-8999/", "http://h:8080/"));
    assert!(!exact("http://h:8000-8999/", "http://h:9000/") && exact("http://[::1]:80/**", "http://[::1]/x"));
    assert!(
        exact("https://h/", "https://h") && !exact("https://h/", "https://h/a") && exact("https://h/**", "https://h//")
    );
    assert!(
        exact("https://h/a/", "https://h/a/")
            && !exact("https://h/a", "https://h/a/")
            && !exact("https://h/*", "https://h/")
    );
    assert!(exact("https://*.example.com/**", "https://a.example.com/") && !exact("https://*/**", "https://10.0.0.1/"));
}

/// An encoded separator, percent sign, NUL or control character matches only text that spells it.
#[test]
fn encodings_stand_as_they_are() {
    for escape in ["%2F", "%2f", "%5C", "%25", "%00", "%0A", "%7F"] {
        let asked = format!("https://h/a/x{escape}y");
        assert!(!exact("https://h/a/*", &asked) && !exact("https://h/a/**", &asked), "{escape}");
        assert!(!exact("https://h/**/b", &format!("https://h/x{escape}/b")), "{escape}");
        assert!(
            exact(&format!("https://h/a/x{escape}y"), &asked) && exact(&format!("https://h/**/x{escape}y"), &asked)
        );
        assert!(folded("https://h/a/*", &asked) && folded("https://h/a/**", &asked), "{escape}");
    }
    assert!(!exact("https://h/%2F", "https://h/%2f") && folded("https://h/%2F", "https://h/%2f"));
    assert!(!exact("https://h/@", "https://h/%40") && folded("https://h/@", "https://h/%40"));
    assert!(exact("https://h/*", "https://h/%40") && exact("https://h/a*", "https://h/a%20b"));
    assert!(!exact("https://h/*0", "https://h/%40"), "no wildcard takes half of an escape");
    assert!(exact("https://h/%61-é", "https://h/a-%C3%A9") && exact("https://h/%C3%A9", "https://h/é"));
    assert!(exact("https://h/%FF", "https://h/%FF") && !exact("https://h/%FF", "https://h/%fe"));
}

/// `ask` and `deny` match whatever case, form or encoding the path has, and with slashes too many.
#[test]
fn folding_catches_every_encoding() {
    for asked in [
        "https://h/admin",
        "https://h/ADMIN",
        "https://h/%61dmin",
        "https://h//admin",
        "https://h/admin/",
        "https://h/x/../admin",
    ] {
        assert!(folded("https://h/admin", asked), "{asked}");
        assert!(folded("https://h/admin/**", &format!("{asked}/x")), "{asked}");
    }
    assert!(folded("https://h/é", "https://h/E%CC%81") && folded("https://h/straße", "https://h/STRASSE"));
    assert!(folded("https://h/a*", "https://h/A%25") && folded("https://h/[a-c]", "https://h/B"));
    assert!(!folded("https://h/admin", "https://h/admins") && !folded("https://h/admin", "http://h/admin"));
}

/// A value is spelled as a URL spells it, and stays literal.
#[test]
fn values_are_spelled_as_in_a_url() {
    let at = |pattern: UrlPattern, asked: &str| pattern.matches(&url(asked));
    assert!(at(bound("https://h/repos/{x}/**", "acme/site", true).unwrap(), "https://h/repos/acme/site/pulls"));
    assert!(at(bound("https://h/{x}", "My Docs", false).unwrap(), "https://h/My Docs".replace(' ', "%20").as_str()));
    assert!(at(bound("https://h/{x}", "a?b#c", false).unwrap(), "https://h/a%3Fb%23c"));
    assert!(at(bound("https://h/{x}", "é*", false).unwrap(), "https://h/%C3%A9*"));
    assert!(!at(bound("https://h/{x}", "*", false).unwrap(), "https://h/a"));
    assert!(at(bound("https://{x}.example.com/", "acme", false).unwrap(), "https://acme.example.com/"));
    for value in ["", ".", "..", "a/b", "a%2Fb", "a\\b", "a\n"] {
        assert!(bound("https://h/{x}", value, false).is_err(), "{value}");
    }
    for value in ["a/..", "/a", "a//b", "a/"] {
        assert!(bound("https://h/{x}", value, true).is_err(), "{value}");
    }
    for value in ["a/b", "a@b", "a:1", "*", "a?"] {
        assert!(bound("https://{x}.com/", value, true).is_err(), "{value}");
    }
}

/// A pattern that could be misread is refused, at the right bytes.
#[test]
fn malformed_patterns_are_refused() {
    for (text, at) in [
        ("h/a", 0..3),
        ("ftp://h/", 0..3),
        ("*://h/", 0..1),
        ("https://h", 0..9),
        ("https:///a", 8..8),
        ("https://u@h/", 8..10),
        ("https://h:0/", 10..11),
        ("https://h:x/", 10..11),
        ("https://::1/", 8..9),
        ("https://a*b/", 8..11),
        ("https://h/a?b", 11..13),
        ("https://h/a#b", 11..13),
        ("https://h//a", 9..10),
        ("https://h//", 9..11),
        ("https://h/../a", 10..12),
        ("https://h/%2e/a", 10..13),
        ("https://h/a b", 11..12),
        ("https://h/a%2", 11..12),
        ("https://h/[!a]", 10..14),
        ("https://h/[%a]x", 10..14),
        ("https://h/**/", 0..13),
        ("https://h/a|b", 11..12),
    ] {
        let error = UrlTemplate::parse(text).unwrap_err();
        assert_eq!(error.at, at, "{text:?} {error}");
    }
}

const PARTS: &[&str] = &["a", "b", "*", "**", "[ab]", "/", "/", "%2F", "%40", "%2f"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 8192, failure_persistence: None, ..ProptestConfig::default() })]

    /// Paths agree with the reference, which goes over the text that is sent.
    #[test]
    fn paths_match_as_the_reference_says(
        own in prop::collection::vec(prop::sample::select(PARTS), 0..7),
        asked in prop::collection::vec(prop::sample::select(&["a", "b", "/", "/", "%2F", "%40", "%2f", "*"][..]), 0..7),
    ) {
        let (own, asked) = (format!("/{}", own.concat()), format!("/{}", asked.concat()));
        if let Ok(template) = UrlTemplate::parse(&format!("https://h{own}")) {
            let (pattern, url) = (template.bind(&Bindings::new()).unwrap(), url(&format!("https://h{asked}")));
            prop_assert_eq!(pattern.matches(&url), reference::path(&own, &asked), "{} {}", own, asked);
            prop_assert!(!pattern.matches(&url) || pattern.matches_folded(&url), "{} {}", own, asked);
        }
    }

    /// A URL's one form is the form of itself, and parses.
    #[test]
    fn the_one_form_is_stable(text in "https?://[a-zé.%0-9:]{1,8}[/?#]([a-z./?#%é*|^\"<{]|%[0-9a-fA-F]{2}){0,12}") {
        if let Ok(url) = HttpUrl::parse(&text) {
            prop_assert_eq!(HttpUrl::parse(url.as_str()), Ok(url.clone()), "{}", text);
        }
    }

    /// Printing and parsing again is the identity.
    #[test]
    fn parse_after_print_is_the_identity(
        text in r"https?://(\*\.)?([a-z]{1,3}|\[::1\])(:[1-9]{1,3})?(/([a-z*@é]|%[0-9a-fA-F]{2}|\{x\}|\[[a-c-]{1,3}\]){1,4}|/\*\*){1,3}/?",
    ) {
        if let Ok(template) = UrlTemplate::parse(&text) {
            let printed = template.to_string();
            prop_assert_eq!(UrlTemplate::parse(&printed).unwrap(), template.clone(), "{} {}", text, printed);
            let value = Binding { text: "a b*?".into(), slash_ok: false };
            let bound = template.bind(&Bindings::from([("x".to_owned(), value)])).unwrap();
            prop_assert_eq!(pattern(&bound.to_string()), bound);
        }
    }
}

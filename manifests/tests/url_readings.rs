//! Rules for URLs hold whatever a server makes of the path: no server is known that reads one past a `deny`, or out of an
//! `allow`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "reference/glob.rs"]
mod glob;
#[path = "reference/server.rs"]
mod server;

use proptest::prelude::*;
use toolward_manifests::pattern::{Bindings, UrlPattern, UrlTemplate};
use toolward_manifests::url::HttpUrl;

fn pattern(text: &str) -> UrlPattern {
    UrlTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn url(path: &str) -> HttpUrl {
    HttpUrl::parse(&format!("https://h{path}")).unwrap()
}

/// Whether rules `allow /v1/**` and `deny /v1/admin/**` let the request through.
fn passes(path: &str) -> bool {
    let url = url(path);
    pattern("https://h/v1/**").matches(&url) && !pattern("https://h/v1/admin/**").matches_folded(&url)
}

/// What Tomcat, Jetty, Spring, IIS, nginx and others are known to take for `/v1/admin/…` or for a path outside `/v1`.
const TRICKS: &[&str] = &[
    "/v1/..;/admin/x",
    "/v1/..;x=y/admin/x",
    "/v1/..;/secret",
    "/v1/.;/admin/x",
    "/v1/.;x/admin/x",
    "/v1/;/admin/x",
    "/v1/;x=y/admin/x",
    "/v1/x/..;/admin/x",
    "/v1/admin;a=b/x",
    "/v1/admin;/x",
    "/v1/admin;a=b;c=d/x",
    "/v1/admin%3b/x",
    "/v1/admin%3Ba=b/x",
    "/v1/..%3b/secret",
    "/v1/x;/%2e%2e;/admin",
    "/v1/x;y/..;/admin/z",
    "/v1/%c0%ae%c0%ae/secret",
    "/v1/%c0%ae/admin/x",
    "/v1/%e0%80%ae%e0%80%ae/secret",
    "/v1/%f0%80%80%ae%f0%80%80%ae/secret",
    "/v1/%f8%80%80%80%ae./secret",
    "/v1/x%c0%af..%c0%af..%c0%afsecret",
    "/v1/x%c1%9c..%c1%9csecret",
    "/v1/%c0%2e%c0%2e/secret",
    "/v1/%c1%a1dmin/x",
    "/v1/adm%ffin/x",
    "/v1/adm%80in/x",
    "/v1/%252e%252e/secret",
    "/v1/%2561dmin/x",
    "/v1/%25252e%25252e/secret",
    "/v1/%25%36%31dmin/x",
    "/v1/%25u0061dmin/x",
    "/v1/%25u002e%25u002e/secret",
    "/v1/x%2f..%2fadmin/x",
    "/v1/x%2f..%2fadmin%2f%252e%252e/y",
    "/v1/x%2f..%2fadmin%2f..;/y",
    "/v1/admin%2fx",
    "/v1%2fadmin/x",
    "/v1/x%5c..%5cadmin/x",
    "/v1/admin%5cx",
    "/v1/admin./x",
    "/v1/admin.../x",
    "/v1/admin%20/x",
    "/v1/admin%20./x",
    "/v1/admin.%20/x",
    "/v1/%20admin/x",
    "/v1/..%20/secret",
    "/v1/...%20/admin/x",
    "/v1/.../admin/x",
    "/v1/admin%09/x",
    "/v1/admin%0a/x",
    "/v1/admin%0d%0a",
    "/v1/admin%00/x",
    "/v1/admin%00.txt",
    "/v1/..%00/secret",
    "/v1/%00/admin/x",
    "/v1/admin%c2%a0/x",
    "/v1/admin%c2%85/x",
    "/v1/admin%e3%80%80/x",
    "/v1/admin%3fx/y",
    "/v1/admin%3f",
    "/v1/admin%23",
    "/v1/admin::$DATA",
    "/v1/admin::$INDEX_ALLOCATION/x",
    "/v1/admin:$I30:$INDEX_ALLOCATION/x",
    "/v1/admin%3a%3a$DATA",
    "/v1/ADMIN~1/x",
    "/v1/admin~1/x",
    "/v1/adF00D~1/x",
    "/v1/(S(x))/admin/y",
    "/v1/(A(x)F(y))/admin/z",
    "/v1/ad(S(x))min/y",
    "/v1/%28S%28x%29%29/admin/y",
    "/v1//admin/x",
    "/v1///admin//x",
    "/v1/admin",
    "/v1/admin/",
    "/v1/admin.json",
    "/v1/admin.a.b",
    "/v1/admin.json;v=1",
    "/v1/ADMIN/x",
    "/v1/adm%C4%B1n/../admin/x",
    "/v1/%EF%BD%81dmin/x",
    "/v1/%EF%BC%A1DMIN/x",
    "/v1/%EF%BC%8E%EF%BC%8E/secret",
    "/v1/%E2%80%A5/secret",
    "/v1/x%EF%BC%8F..%EF%BC%8F..%EF%BC%8Fsecret",
    "/v1/admin%EF%BC%9B/x",
    "/v1/..%EF%BC%9B/secret",
    "/v1/%EF%BC%85%EF%BC%92%EF%BD%85%EF%BC%85%EF%BC%92%EF%BD%85/secret",
    "/v1/admin%CD%BEx/y",
    "/v1/x%E2%88%95..%E2%88%95admin/x",
    "/v1/x%E2%81%84..%E2%81%84..%E2%81%84secret",
    "/v1/ad%E2%80%8Bmin/x",
    "/v1/ad%E2%80%8Cmin/x",
    "/v1/ad%C2%ADmin/x",
    "/v1/ad%EF%BB%BFmin/x",
    "/v1/%E2%93%90dmin/x",
    "/v1/%F0%9D%90%9Admin/x",
];

#[test]
fn no_known_trick_passes() {
    let passed: Vec<_> = TRICKS.iter().filter(|path| passes(path)).collect();
    assert_eq!(passed, [&""; 0]);
}

/// A `deny` stands by itself: it also matches where something other than a wildcard lets the request through.
#[test]
fn a_deny_matches_what_it_names_in_every_reading() {
    let deny = pattern("https://h/v1/admin/**");
    let outside = |path: &&&str| path.contains("secret") || path.starts_with("/v1/..;");
    let missed: Vec<_> = TRICKS.iter().filter(|path| !outside(path) && !deny.matches_folded(&url(path))).collect();
    assert_eq!(missed, [&""; 0]);
    let secret = [pattern("https://h/secret"), pattern("https://h/admin/**")];
    let is_caught = |path: &&&str| secret.iter().any(|deny| deny.matches_folded(&url(path)));
    let missed: Vec<_> = TRICKS.iter().filter(|path| outside(path) && !is_caught(path)).collect();
    // `/v1/./secret` and the like lead to `/v1/secret`.
    assert!(missed.iter().all(|path| pattern("https://h/v1/secret").matches_folded(&url(path))), "{missed:?}");
}

/// What is ordinary stays allowed, and is not denied.
#[test]
fn ordinary_paths_pass() {
    for path in [
        "/v1/",
        "/v1/administrators/x",
        "/v1/x/admin",
        "/v1/x;a=b/y;c=d",
        "/v1/models/x:predict",
        "/v1/a,b/c@d",
        "/v1/caf%C3%A9/%E6%97%A5%E6%9C%AC",
        "/v1/cafe%CC%81",
        "/v1/Foo_(bar)",
        "/v1/Who%3F",
        "/v1/a%20b%23",
        "/v1/Foo%20Inc.",
        "/v1/a...b",
        "/v1/v1.2.3/x.tar.gz",
        "/v1/~user",
        "/v1/HEAD~1",
        "/v1/AC%EF%BC%8FDC",
        "/v1/%E3%81%AA%E3%81%AB%EF%BC%9F",
        "/v1/urn%3Ali%3Ax",
        "/v1/100%EF%BC%85",
        "/v1/%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB",
    ] {
        assert!(passes(path), "{path}");
    }
}

/// Where a server drops a part of a segment, the rest has to match as well.
#[test]
fn what_is_left_of_a_segment_matches_too() {
    let text = pattern("https://h/files/*.txt");
    for path in ["/files/a.txt", "/files/a%20b.txt", "/files/a;b.txt;c.txt", "/files/a:b.txt"] {
        assert_eq!(text.matches(&url(path)), !path.contains(';'), "{path}");
    }
    for path in [
        "/files/secret.db;.txt",
        "/files/secret.db%3b.txt",
        "/files/secret.db%3F.txt",
        "/files/secret.db%23.txt",
        "/files/secret.db%00.txt",
        "/files/secret.db::$DATA.txt",
        "/files/secret.db%EF%BC%9B.txt",
    ] {
        assert!(!text.matches(&url(path)), "{path}");
    }
    assert!(text.matches(&url("/files/a.txt;v=1.txt")) && pattern("https://h/files/*").matches(&url("/files/a;v=1")));
    assert!(!pattern("https://h/a/*").matches(&url("/a/x%EF%BC%8Fy")));
    assert!(
        !pattern("https://h/a/*/b").matches(&url("/a/x%3F/b")) && !pattern("https://h/**/b").matches(&url("/x%3F/b"))
    );
}

/// Text that spells what a wildcard does not match opens it, for `allow`; a `deny` that spells it matches it.
#[test]
fn a_rule_may_spell_what_is_odd() {
    for path in ["/a/..;/b", "/a/x%2Fy/b", "/a/%C0%AE/b", "/a/x;v=1/b", "/a/%252e/b", "/a/x%00/b"] {
        let own = pattern(&format!("https://h{path}"));
        assert!(own.matches(&url(path)) && own.matches_folded(&url(path)), "{path}");
        assert!(pattern(&format!("https://h{path}/**")).matches(&url(&format!("{path}/c"))), "{path}");
    }
}

/// A path with more readings than are kept is matched by every `deny` of its origin, and by no wildcard.
#[test]
fn a_path_that_cannot_be_read_is_denied() {
    let odd = "/v1/a;x/%2e%252e%25252e%5c%00%3f::$DATA%c0%ae.%20/(S(x))/%EF%BC%8F.%FF".repeat(4);
    assert!(!passes(&odd) && pattern("https://h/other").matches_folded(&url(&odd)));
    assert!(!pattern("https://other/**").matches_folded(&url(&odd)));
}

const OWN: &[&str] = &["/a", "/b", "/admin", "/*", "/**", "/a*", "/*b", "/a*b"];
const ASKED: &[&str] = &[
    "/", "/", "/", "a", "b", "admin", ".", "..", ";", "%3B", "%2F", "%5C", "%25", "2e", "2F", "%252e", "%00", "%C0%AE",
    "%C0%AF", "%20", "%3F", "%0A", "x",
];

fn by_reference(own: &str, path: &str) -> bool {
    glob::path(own, path, &|one, name| glob::text(one, name))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8192, failure_persistence: None, ..ProptestConfig::default() })]

    /// No server, which takes any steps in any order, reads a path as one that a `deny` names and does not match, or as
    /// one that an `allow` does not name and matches.
    #[test]
    fn rules_hold_for_every_server(
        own in prop::collection::vec(prop::sample::select(OWN), 1..4),
        asked in prop::collection::vec(prop::sample::select(ASKED), 1..9),
        steps in prop::collection::vec(prop::sample::select(server::STEPS), 0..6),
    ) {
        let own = own.concat();
        let (pattern, url) = (pattern(&format!("https://h{own}")), url(&format!("/{}", asked.concat())));
        let read = server::read(url.path(), &steps);
        let is_named = by_reference(&own, &read);
        prop_assert!(!is_named || pattern.matches_folded(&url), "{} is not denied {}, read as {}", own, url, read);
        prop_assert!(is_named || !pattern.matches(&url), "{} allows {}, read as {}", own, url, read);
    }
}

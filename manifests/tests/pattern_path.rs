//! Path patterns: what they refuse to be, what no spelling gets round, and what binding puts in.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use toolward_manifests::GuestPath;
use toolward_manifests::pattern::{Binding, Bindings, PathPattern, PathTemplate, PatternError};

fn pattern(text: &str) -> PathPattern {
    PathTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn exact(text: &str, path: &str) -> bool {
    pattern(text).matches(&GuestPath::parse(path).unwrap())
}

fn folded(text: &str, path: &str) -> bool {
    pattern(text).matches_folded(&GuestPath::parse(path).unwrap())
}

fn bound(text: &str, value: &str, slash_ok: bool) -> Result<PathPattern, PatternError> {
    let binding = Binding { text: value.into(), slash_ok };
    PathTemplate::parse(text).unwrap().bind(&Bindings::from([("x".to_owned(), binding)]))
}

/// `/x/**` is `/x` and all below it; `*` and `?` stay within a segment.
#[test]
fn wildcards_mean_what_the_design_says() {
    for path in ["/x", "/x/a", "/x/a/b/.c"] {
        assert!(exact("/x/**", path), "{path}");
    }
    assert!(!exact("/x/**", "/xy") && !exact("/x/**", "/"));
    assert!(exact("/**", "/") && exact("/", "/") && !exact("/", "/a"));
    assert!(exact("/**/.env", "/.env") && exact("/**/.env", "/a/b/.env") && !exact("/**/.env", "/a/.env/b"));
    assert!(exact("/a/**/b/**/c", "/a/b/b/c/c") && !exact("/a/**/b/**/c", "/a/c/b"));
    assert!(exact("/*.rs", "/.rs") && exact("/a*b*c", "/aXbbc") && !exact("/*", "/a/b") && !exact("/?", "/ab"));
    assert!(exact("/?", "/é") && !exact("/?", "/e\u{301}"), "one character, not one byte and not one letter");
    assert!(
        exact("/[*]", "/*")
            && !exact("/[*]", "/a")
            && exact("/[[]", "/[")
            && exact("/[{]a}".replace('}', "[}]").as_str(), "/{a}")
    );
    assert!(exact("/[a-c!]", "/!") && exact("/[!a-c]", "/d") && !exact("/[!a-c]", "/b") && exact("/[-x]", "/-"));
}

/// Every pattern that cannot be enforced as written is an error, at the right bytes.
#[test]
fn malformed_patterns_are_refused() {
    for (text, at) in [
        ("", 0..0),
        ("repo", 0..4),
        ("/a/", 2..3),
        ("//a", 0..1),
        ("/a//b", 2..3),
        ("/a/../b", 3..5),
        ("/./b", 1..2),
        ("/[.][.]", 1..7),
        ("/a/[.]/b", 3..6),
        ("/a**", 2..4),
        ("/**a", 1..3),
        ("/***", 1..4),
        ("/a/[b", 3..4),
        ("/[]", 1..3),
        ("/[!]", 1..4),
        ("/[^a]", 1..5),
        ("/[z-a]", 2..5),
        ("/x[!z-a]", 4..7),
        ("/[+--]", 2..5),
        ("/{a", 1..2),
        ("/{a,b}", 1..6),
        ("/{}", 1..3),
        ("/a}", 2..3),
        ("/a\\*", 2..3),
        ("/a\0", 2..3),
        ("/é\n", 3..4),
        ("/a\u{85}", 2..4),
    ] {
        assert_eq!(PathTemplate::parse(text).unwrap_err().at, at, "{text:?}");
    }
    assert!(PathTemplate::parse(&format!("/{}", "a".repeat(4096))).is_err());
    assert!(PathTemplate::parse(&format!("/{}", "a".repeat(4095))).is_ok());
}

/// The spellings that get round a naive matcher are no guest paths at all, so no rule ever sees them.
#[test]
fn abnormal_paths_are_no_guest_paths() {
    for path in ["/a/../b", "/a/./b", "/a//b", "/a/", "//a", "a", "", "/..", "/a\0b"] {
        assert!(GuestPath::parse(path).is_err(), "{path:?}");
    }
    assert!(GuestPath::parse("/...").is_ok() && GuestPath::parse("/a/..b").is_ok());
}

/// `ask` and `deny` match in any case and Unicode form; `allow` as written.
#[test]
fn folding_catches_every_case_and_form() {
    for (text, path) in [
        ("/repo/.env", "/Repo/.ENV"),
        ("/straße", "/STRASSE"),
        ("/strasse", "/straẞe"),
        ("/stra?e", "/STRASSE"),
        ("/café", "/cafe\u{301}"),
        ("/cafe\u{301}", "/CAFÉ"),
        ("/caf?", "/cafe\u{301}"),
        ("/Å*", "/\u{212B}ngström"),
        ("/key", "/\u{212A}EY"),
        ("/[a-z]ey", "/\u{212A}ey"),
        ("/[!a-z]", "/a"),
        ("/한", "/\u{1112}\u{1161}\u{11AB}"),
        ("/ﬁle", "/FILE"),
        ("/σ", "/ς"),
        ("/Ａ", "/ａ"),
        ("/i\u{307}", "/İ"),
        ("/é?", "/e\u{323}\u{301}"),
    ] {
        assert!(folded(text, path), "{text} {path}");
        assert!(!exact(text, path), "{text} {path}");
    }
}

/// What folding leaves apart: other letters, however alike they look. Case folding of Unicode says so.
#[test]
fn folding_is_no_guess() {
    for (text, path) in [
        ("/a", "/ａ"),
        ("/i", "/ı"),
        ("/i", "/İ"),
        ("/a", "/а"),
        ("/e", "/é"),
        ("/?", "/ab"),
        ("/?", "/日本"),
        ("/[a-c]", "/D"),
        ("/env", "/env."),
        ("/fi", "/f\u{200B}i"),
    ] {
        assert!(!folded(text, path), "{text} {path}");
    }
}

/// A value enters as literal text, and cannot break the path's form.
#[test]
fn values_are_literal() {
    let at = |pattern: &PathPattern, path: &str| pattern.matches(&GuestPath::parse(path).unwrap());
    let stars = bound("/r/{x}/**", "a*[b]?{c}", false).unwrap();
    assert!(at(&stars, "/r/a*[b]?{c}/d") && !at(&stars, "/r/aZbZc/d"));
    let slash = bound("/r/{x}-v/z", "acme/site", true).unwrap();
    assert!(at(&slash, "/r/acme/site-v/z"));
    let deep = bound("/r/{x}", "**", false).unwrap();
    assert!(at(&deep, "/r/**") && !at(&deep, "/r/a"));
    for value in ["", ".", "..", "a/b", "a\0", "a\n"] {
        assert!(bound("/r/{x}", value, false).is_err(), "{value:?}");
    }
    for value in ["a/../b", "/a", "a/", "a//b", "./a"] {
        assert!(bound("/r/{x}", value, true).is_err(), "{value:?}");
    }
    assert!(bound("/r/.{x}", ".", false).is_err());
    assert!(bound("/r/{x}", &"a".repeat(4096), false).is_err());
    let unbound = PathTemplate::parse("/r/{x}").unwrap().bind(&Bindings::new()).unwrap_err();
    assert_eq!((unbound.at, unbound.message.as_str()), (3..6, "the parameter `x` is not bound"));
}

/// Many stars and many `**` cost no more than their number times the name's length.
#[test]
fn no_pattern_explodes() {
    let stars = format!("/{}b", "*a".repeat(100));
    let name = format!("/{}", "a".repeat(2000));
    assert!(!exact(&stars, &name) && !folded(&stars, &name));
    let deep = format!("{}/b", "/**/a".repeat(100));
    let path = "/a".repeat(1000);
    assert!(!exact(&deep, &path) && !folded(&deep, &path));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// Printing a template and parsing it again gives the same template; so does a bound pattern's print.
    #[test]
    fn parse_after_print_is_the_identity(text in r"(/([a-z*?!^\[\]{}é\\-]|\[!?[a-f!^\]\[*-]{1,4}\]|\{x\}){1,6}|/\*\*){1,4}") {
        if let Ok(template) = PathTemplate::parse(&text) {
            let printed = template.to_string();
            prop_assert_eq!(PathTemplate::parse(&printed).unwrap(), template.clone(), "{} {}", text, printed);
            // By chance the text may have parameters of its own making.
            let value = || Binding { text: "*[{?".into(), slash_ok: false };
            let bindings: Bindings = template.parameters().map(|name| (name.to_owned(), value())).collect();
            let pattern = template.bind(&bindings).unwrap();
            prop_assert_eq!(self::pattern(&pattern.to_string()), pattern);
        }
    }

    /// No text makes the parser panic.
    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,20}", tail in "[/*?\\[\\]{}!a-c%-]{0,12}") {
        let text = format!("/{text}{tail}");
        if let Err(error) = PathTemplate::parse(&text) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?} {:?}", text, error);
        }
    }
}

//! Patterns of ports, methods, names and texts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use toolward_manifests::pattern::{
    Binding, Bindings, MethodPattern, NameKind, NamePattern, NameTemplate, PortPattern, TextPattern, TextTemplate,
};

fn name(kind: NameKind, text: &str) -> NamePattern {
    NameTemplate::parse(kind, text).unwrap().bind(&Bindings::new()).unwrap()
}

fn text(text: &str) -> TextPattern {
    TextTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

#[test]
fn ports_are_numbers_ranges_or_any() {
    let port = |text: &str| PortPattern::parse(text).unwrap();
    assert!(port("443").matches(443) && !port("443").matches(444));
    assert!(port("8000-8999").matches(8000) && port("8000-8999").matches(8999) && !port("8000-8999").matches(9000));
    assert!(port("*").matches(1) && port("*").matches(65535) && !port("*").matches(0));
    assert!(
        PortPattern::number(443).unwrap() == port("443")
            && PortPattern::number(-1).is_err()
            && PortPattern::number(65536).is_err()
    );
    for text in ["", "0", "65536", "-1", "+80", "080", "80-", "-80", "90-80", "80-90-100", "http", "8*", " 80", "0-5"] {
        assert!(PortPattern::parse(text).is_err(), "{text}");
    }
    for text in ["443", "8000-8999", "*"] {
        assert_eq!(port(text).to_string(), text);
    }
}

/// Methods are case-sensitive for `allow`; servers differ, so `ask` and `deny` take any case.
#[test]
fn methods_are_tokens_in_upper_case() {
    let method = |text: &str| MethodPattern::parse(text).unwrap();
    assert!(method("GET").matches("GET") && !method("GET").matches("get") && method("GET").matches_folded("get"));
    assert!(method("*").matches("PROPFIND") && method("M-SEARCH").matches("M-SEARCH"));
    for text in ["", "get", "Get", "G T", "G*", "GET\n", "GÉT", "GET/"] {
        assert!(MethodPattern::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn names_have_the_characters_of_their_kind() {
    assert!(name(NameKind::Tool, "git-*").matches("git-log") && !name(NameKind::Tool, "git-*").matches("gitlog"));
    assert!(name(NameKind::Tool, "text.*").matches("text.diff") && !name(NameKind::Tool, "text.*").matches("text"));
    assert!(name(NameKind::Env, "LC_*").matches("LC_ALL") && !name(NameKind::Env, "PATH").matches("Path"));
    assert!(name(NameKind::Env, "PATH").matches_folded("Path") && name(NameKind::Secret, "k?y").matches("key"));
    for (kind, text) in [
        (NameKind::Tool, ""),
        (NameKind::Tool, "Git"),
        (NameKind::Tool, "a.b.c"),
        (NameKind::Tool, ".b"),
        (NameKind::Tool, "*."),
        (NameKind::Secret, "a.b"),
        (NameKind::Tool, "a.b.c"),
        (NameKind::Tool, ".b"),
        (NameKind::Tool, "*."),
        (NameKind::Secret, "a.b"),
        (NameKind::Tool, "[ab]"),
        (NameKind::Tool, "send_money"),
        (NameKind::Tool, "send_*"),
        (NameKind::Tool, "-x"),
        (NameKind::Tool, "9*"),
        (NameKind::Tool, "text.2nd"),
        (NameKind::Tool, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        (NameKind::Tool, "a**"),
        (NameKind::Secret, "a b"),
        (NameKind::Env, "1A"),
        (NameKind::Env, "A-B"),
        (NameKind::Env, "A="),
    ] {
        assert!(NameTemplate::parse(kind, text).is_err(), "{text}");
    }
    let bind = |kind, text: &str, value: &str| {
        let value = Binding { text: value.into(), slash_ok: true };
        NameTemplate::parse(kind, text).unwrap().bind(&Bindings::from([("x".to_owned(), value)]))
    };
    assert!(bind(NameKind::Tool, "{x}-token", "acme").unwrap().matches("acme-token"));
    for value in ["*", "?", "a/b", "A", ""] {
        assert!(bind(NameKind::Tool, "{x}-token", value).is_err(), "{value}");
    }
    assert!(bind(NameKind::Env, "{x}", "1").is_err());
}

/// `*` stops at `/`, `**` stops nowhere, and a value is literal.
#[test]
fn texts_match_whole_values() {
    assert!(
        text("fast").matches("fast")
            && !text("fast").matches("faster")
            && text("").matches("")
            && !text("").matches("a")
    );
    assert!(text("a*c").matches("abc") && !text("a*c").matches("a/c") && text("a**c").matches("a/b/c"));
    assert!(text("*@example.com").matches("ana@example.com") && !text("*@example.com").matches("a/@example.com"));
    assert!(text("[!a]").matches("b") && !text("[!a]").matches("/") && text("é").matches_folded("E\u{301}"));
    let template = TextTemplate::parse("to {x}!").unwrap();
    assert_eq!(template.parameters().collect::<Vec<_>>(), ["x"]);
    let bind = |value: &str, slash_ok| {
        template.bind(&Bindings::from([("x".to_owned(), Binding { text: value.into(), slash_ok })]))
    };
    assert!(bind("**", false).unwrap().matches("to **!") && !bind("**", false).unwrap().matches("to all!"));
    assert!(
        bind("a/b", true).unwrap().matches("to a/b!") && bind("a/b", false).is_err() && bind("a\nb", false).is_err()
    );
    for text in ["***", "[", "[]", "{", "{a b}", "}", "\\", "a\0"] {
        assert!(TextTemplate::parse(text).is_err(), "{text:?}");
    }
}

/// Long values cost no more than their length times the pattern's.
#[test]
fn no_text_explodes() {
    let value = "a".repeat(1 << 17);
    assert!(!text("**a*a**a*b").matches(&value) && !text("**a*a?*a*b").matches_folded(&value));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    /// Printing and parsing again is the identity.
    #[test]
    fn parse_after_print_is_the_identity(written in r"([a-z/*?é\\]|\[!?[a-f!^-]{1,4}\]|\{x\}){0,6}") {
        if let Ok(template) = TextTemplate::parse(&written) {
            prop_assert_eq!(TextTemplate::parse(&template.to_string()).unwrap(), template);
        }
        if let Ok(template) = NameTemplate::parse(NameKind::Tool, &written) {
            prop_assert_eq!(NameTemplate::parse(NameKind::Tool, &template.to_string()).unwrap(), template);
        }
    }
}

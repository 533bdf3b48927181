//! Globs and paths agree with the slow reference matcher, exactly and folded.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "reference/glob.rs"]
mod glob;
#[path = "reference/spellings.rs"]
mod spellings;

use proptest::prelude::*;
use spellings::Spellings;
use toolward_manifests::GuestPath;
use toolward_manifests::pattern::{Bindings, PathPattern, PathTemplate, TextPattern, TextTemplate};

fn path_pattern(text: &str) -> PathPattern {
    PathTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn text_pattern(text: &str) -> TextPattern {
    TextTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn guest_path(text: &str) -> GuestPath {
    GuestPath::parse(text).unwrap()
}

/// A segment pattern of a few elements; never one that is `.`, `..` or has `**` in it.
fn segment_pattern(elements: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(elements), 1..5)
        .prop_map(|parts| parts.concat())
        .prop_filter("`**` stands alone", |text| !text.contains("**"))
}

fn path_pattern_text(elements: &'static [&'static str]) -> impl Strategy<Value = String> {
    let segment = prop_oneof![1 => Just("**".to_owned()), 2 => segment_pattern(elements)];
    prop::collection::vec(segment, 0..5).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn path_text(names: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(names, 0..5).prop_map(|segments| format!("/{}", segments.join("/")))
}

const PLAIN: &[&str] = &["a", "b", "*", "?", "[ab]", "[!a]", "[a-b]", "B"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// A path pattern matches as written exactly what the reference does.
    #[test]
    fn paths_match_exactly(pattern in path_pattern_text(PLAIN), path in path_text("[abB]{1,4}")) {
        let expected = glob::path(&pattern, &path, &|one, name| glob::text(one, name));
        prop_assert_eq!(path_pattern(&pattern).matches(&guest_path(&path)), expected, "{} {}", pattern, path);
    }

    /// Whatever matches as written also matches folded.
    #[test]
    fn exact_implies_folded(
        pattern in path_pattern_text(&["a", "ß", "é", "e", "\u{301}", "\u{323}", "ι", "\u{345}", "*", "?", "[!a]", "[ß-é]", "[A-Zé]"]),
        path in path_text("[aAßeéE\u{301}\u{323}ι\u{345}sS]{1,4}"),
    ) {
        prop_assume!(PathTemplate::parse(&pattern).is_ok());
        let (pattern, path) = (path_pattern(&pattern), guest_path(&path));
        prop_assert!(!pattern.matches(&path) || pattern.matches_folded(&path), "{} {}", pattern, path);
    }

    /// `*` stops at `/`, `**` does not.
    #[test]
    fn texts_match_exactly(
        parts in prop::collection::vec(prop::sample::select(&["a", "b", "/", "*", "**", "?", "[!a]", "[ab]"][..]), 0..7),
        value in "[ab/]{0,7}",
    ) {
        let pattern = parts.concat();
        prop_assume!(TextTemplate::parse(&pattern).is_ok());
        prop_assert_eq!(text_pattern(&pattern).matches(&value), glob::text(&pattern, &value), "{} {}", pattern, value);
        if !pattern.contains('!') {
            let folded = text_pattern(&pattern).matches_folded(&value.to_uppercase());
            prop_assert_eq!(folded, glob::text(&pattern, &value), "{} {}", pattern, value);
        }
    }
}

/// Checks segment patterns against every name over an alphabet: folded, a name matches exactly if some spelling of it does.
fn check_spellings(alphabet: &str, elements: &'static [&'static str], too_much_is_fine: fn(&str) -> bool) {
    let spellings = Spellings::over(alphabet, 4);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let checked = runner.run(&segment_pattern(elements), |one| {
        let pattern = path_pattern(&format!("/{one}"));
        for (names, complete) in spellings.groups() {
            let expected = names.iter().any(|name| glob::text(&one, name));
            for name in names {
                let found = pattern.matches_folded(&guest_path(&format!("/{name}")));
                prop_assert!(found || !expected, "{one:?} does not match {name:?}");
                let too_much = found && !expected && complete && !too_much_is_fine(name);
                prop_assert!(!too_much, "{one:?} matches {name:?}");
            }
        }
        Ok(())
    });
    checked.unwrap();
}

/// `ß`, `ẞ` and `ss`, `ſ` and `s`, the ligature `ﬆ` and `st`.
#[test]
fn every_case_of_a_name_is_caught() {
    const ELEMENTS: &[&str] = &["s", "S", "ß", "t", "x", "*", "?", "[a-z]", "[!s]", "[ß]x", "[A-Z]", "[!a-zß]", "ſ"];
    check_spellings("sSſßẞtTﬅﬆxX", ELEMENTS, |_| false);
}

/// Composed and decomposed letters; marks of several classes may match too much, never too little.
#[test]
fn every_form_of_a_name_is_caught() {
    const ELEMENTS: &[&str] =
        &["e", "E", "é", "\u{301}", "q", "*", "?", "[a-z]", "[!e]", "[é]", "[à-ö]", "[!\u{301}]", "ẹ", "\u{323}"];
    check_spellings("eEéÉqQ\u{301}\u{341}\u{323}ẹ", ELEMENTS, |name| {
        use unicode_normalization::UnicodeNormalization;
        name.nfd().any(|c| c == '\u{301}') && name.nfd().any(|c| c == '\u{323}')
    });
}

/// U+0345, the one mark that folds to a letter.
#[test]
fn the_mark_that_folds_to_a_letter_is_caught() {
    const ELEMENTS: &[&str] = &["α", "ι", "ά", "ᾳ", "\u{301}", "\u{345}", "*", "?", "[α-ω]", "[!α]", "[ᾳ-ᾴ]"];
    check_spellings("αΑάᾳᾴι\u{301}\u{345}\u{1FBE}", ELEMENTS, |_| true);
}

/// Syllables and the letters that they are composed of.
#[test]
fn every_form_of_hangul_is_caught() {
    const ELEMENTS: &[&str] =
        &["가", "각", "\u{1100}", "\u{11A8}", "*", "?", "[가-각]", "[!가]", "[\u{1100}-\u{1161}]"];
    check_spellings("\u{1100}\u{1161}\u{11A8}가각", ELEMENTS, |_| false);
}

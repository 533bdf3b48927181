//! The path index finds what a scan of all patterns finds, and tells paths apart below which patterns match differently.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use toolward_manifests::GuestPath;
use toolward_manifests::pattern::{Bindings, Flavour, PathIndex, PathPattern, PathTemplate, Segments};

fn pattern(text: &str) -> PathPattern {
    PathTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap()
}

fn guest_path(text: &str) -> GuestPath {
    GuestPath::parse(text).unwrap()
}

fn index(flavour: Flavour, patterns: &[PathPattern]) -> PathIndex {
    PathIndex::new(patterns.iter().zip(0..).map(|(pattern, id)| (flavour, pattern, id)))
}

/// What the index finds, sorted; a number found twice stays twice.
fn found(index: &PathIndex, path: &GuestPath) -> Vec<u32> {
    let mut ids = Vec::new();
    index.visit(&Segments::new(path), |_, id| ids.push(id));
    ids.sort_unstable();
    ids
}

/// What a scan of all patterns finds.
fn scanned(flavour: Flavour, patterns: &[PathPattern], path: &GuestPath) -> Vec<u32> {
    let matches = |pattern: &PathPattern| match flavour {
        Flavour::Exact => pattern.matches(path),
        Flavour::Folded => pattern.matches_folded(path),
    };
    patterns.iter().zip(0..).filter(|(pattern, _)| matches(pattern)).map(|(_, id)| id).collect()
}

const SEGMENTS: &[&str] = &["a", "b", "A", "ß", "ss", "*", "a*", "*b", "*.b", "*.é", "?", "[ab]", "**"];

fn patterns() -> impl Strategy<Value = Vec<PathPattern>> {
    let one = prop::collection::vec(prop::sample::select(SEGMENTS), 0..5);
    prop::collection::vec(one.prop_map(|segments| pattern(&format!("/{}", segments.join("/")))), 1..12)
}

fn paths(longest: usize) -> impl Strategy<Value = GuestPath> {
    let names = prop::sample::select(&["a", "b", "A", "ab", "ß", "SS", "a.b", "É.É", ".b"][..]);
    prop::collection::vec(names, 0..longest).prop_map(|names| guest_path(&format!("/{}", names.join("/"))))
}

fn flavours() -> impl Strategy<Value = Flavour> {
    prop::sample::select(&[Flavour::Exact, Flavour::Folded][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// The index reports each pattern that matches, once.
    #[test]
    fn the_index_finds_what_a_scan_finds(flavour in flavours(), patterns in patterns(), path in paths(6)) {
        prop_assert_eq!(found(&index(flavour, &patterns), &path), scanned(flavour, &patterns, &path));
    }

    /// Both flavours in one index do not get in each other's way.
    #[test]
    fn flavours_are_kept_apart(exact in patterns(), folded in patterns(), path in paths(6)) {
        let both = exact.iter().zip(0..).map(|(pattern, id)| (Flavour::Exact, pattern, id));
        let both = both.chain(folded.iter().zip(0..).map(|(pattern, id)| (Flavour::Folded, pattern, id)));
        let (mut exact_ids, mut folded_ids) = (Vec::new(), Vec::new());
        PathIndex::new(both).visit(&Segments::new(&path), |flavour, id| match flavour {
            Flavour::Exact => exact_ids.push(id),
            Flavour::Folded => folded_ids.push(id),
        });
        exact_ids.sort_unstable();
        folded_ids.sort_unstable();
        prop_assert_eq!(exact_ids, scanned(Flavour::Exact, &exact, &path));
        prop_assert_eq!(folded_ids, scanned(Flavour::Folded, &folded, &path));
    }

    /// Where two paths leave the same residue, the same patterns match below both.
    #[test]
    fn the_same_residue_means_the_same_below(
        flavour in flavours(), patterns in patterns(), a in paths(4), b in paths(4), below in paths(4).prop_filter("something below", |path| path.as_str() != "/"),
    ) {
        let index = index(flavour, &patterns);
        if index.residue(&a) == index.residue(&b) {
            let under = |top: &GuestPath| guest_path(&format!("{}{below}", top.as_str().trim_end_matches('/')));
            prop_assert_eq!(found(&index, &under(&a)), found(&index, &under(&b)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8192, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is said of all paths below one is true of each of them.
    #[test]
    fn what_is_said_of_everything_below_holds_for_each_path(
        flavour in flavours(), patterns in patterns(), above in paths(4), below in paths(4).prop_filter("something below", |path| path.as_str() != "/"),
    ) {
        let path = guest_path(&format!("{}{below}", above.as_str().trim_end_matches('/')));
        let split = Segments::new(&above);
        for pattern in patterns {
            let matches = pattern.matches_segments(&Segments::new(&path), flavour);
            prop_assert!(matches || !pattern.matches_all_below(&split, flavour), "{pattern} {above} {path}");
            prop_assert!(!matches || pattern.may_match_below(&split, flavour), "{pattern} {above} {path}");
        }
    }
}

#[test]
fn a_pattern_tells_whether_it_reaches_below_a_path() {
    let below = |text: &str, path: &str| {
        let path = guest_path(path);
        let path = Segments::new(&path);
        (pattern(text).matches_all_below(&path, Flavour::Exact), pattern(text).may_match_below(&path, Flavour::Folded))
    };
    for all in ["/repo/**", "/**", "/*/**", "/repo/**/*", "/repo/a/*/**", "/**/**"] {
        assert_eq!(below(all, "/repo/a"), (true, true), "{all}");
    }
    for some in ["/repo/**/.env", "/repo/a/*", "/repo/a/b", "/REPO/A/B", "/repo/**/a*", "/repo/a/?/**", "/repo/**/*/*"]
    {
        assert_eq!(below(some, "/repo/a"), (false, true), "{some}");
    }
    for none in ["/repo/a", "/repo/*", "/repo/b/**", "/repo", "/x/**"] {
        assert_eq!(below(none, "/repo/a"), (false, false), "{none}");
    }
}

/// A directory may move where every rule treats both places alike, and only there.
#[test]
fn the_residue_tells_places_apart() {
    let patterns = ["/repo/**", "/repo/*/keys/**", "/repo/docs/**", "/repo/notes"].map(pattern);
    let index = index(Flavour::Exact, &patterns);
    let same = |a: &str, b: &str| index.residue(&guest_path(a)) == index.residue(&guest_path(b));
    assert!(same("/repo/src", "/repo/lib"));
    assert!(same("/repo/src", "/repo/notes"), "a rule for the name itself says nothing of what is below");
    assert!(!same("/repo/src", "/repo/docs"));
    assert!(!same("/repo/src", "/repo/src/deep"), "keys below src are named by a rule, keys deeper are not");
    assert!(!same("/repo/src", "/elsewhere"));
    assert!(same("/elsewhere", "/nowhere"));
}

//! A path pattern, its index and the slow reference agree on every pattern and path; folding misses no spelling.
#![no_main]

use caseless::Caseless;
use libfuzzer_sys::fuzz_target;
use toolward_manifests::GuestPath;
use toolward_manifests::pattern::{Bindings, Flavour, PathIndex, PathTemplate, Segments};
use unicode_normalization::UnicodeNormalization;

#[path = "../../manifests/tests/reference/glob.rs"]
mod reference;

/// What the reference, which tries every way, can take.
const LONGEST: usize = 24;

/// What patterns and paths are made of where the fuzzer asks for ones that often match.
const ELEMENTS: [&str; 32] = [
    "/", "/", "/", "/", "a", "A", "b", "e", "é", "É", "\u{301}", "\u{341}", "\u{323}", "s", "S", "ſ", "ß", "ﬆ", "t",
    "ι", "\u{345}", "ά", "가", "\u{1100}", "\u{1161}", "*", "**", "?", "[a-z]", "[!a]", "[é-ι]", "[!s]",
];

fuzz_target!(|input: (bool, &[u8], &[u8])| {
    let (dense, text, path) = input;
    let made =
        |bytes: &[u8]| bytes.iter().map(|&byte| ELEMENTS[usize::from(byte) % ELEMENTS.len()]).collect::<String>();
    if dense {
        check(&format!("/{}", made(text)), &format!("/{}", made(path)));
    } else if let (Ok(text), Ok(path)) = (std::str::from_utf8(text), std::str::from_utf8(path)) {
        check(text, path);
    }
});

fn check(text: &str, path: &str) {
    let Ok(template) = PathTemplate::parse(text) else { return };
    let printed = template.to_string();
    assert_eq!(PathTemplate::parse(&printed).as_ref(), Ok(&template), "{printed:?}");
    let Ok(pattern) = template.bind(&Bindings::new()) else { return };
    let Ok(path) = GuestPath::parse(path) else { return };

    let exact = pattern.matches(&path);
    if text.chars().count() <= LONGEST && path.as_str().chars().count() <= LONGEST {
        assert_eq!(exact, reference::path(text, path.as_str(), &|one, name| reference::text(one, name)));
        assert!(reference::text("**", path.as_str()));
    }
    let folded = pattern.matches_folded(&path);
    assert!(folded || !exact, "matches exactly but not folded");
    for spelling in spellings(path.as_str()).into_iter().filter_map(|text| GuestPath::parse(&text).ok()) {
        assert_eq!(folded, pattern.matches_folded(&spelling), "{spelling:?}");
        assert!(folded || !pattern.matches(&spelling), "{spelling:?}");
    }

    let index = PathIndex::new([(Flavour::Exact, &pattern, 0), (Flavour::Folded, &pattern, 1)]);
    let mut found = [false; 2];
    index.visit(&Segments::new(&path), |_, id| found[id as usize] = true);
    assert_eq!(found[0], exact);
    // The scan, which is no nearer than it must be, may match a little more where marks of several classes are stacked.
    assert!(folded || !found[1]);
    assert!(found[1] || !folded || has_stacked_marks(path.as_str()));
}

fn has_stacked_marks(path: &str) -> bool {
    let is_mark = |c: char| c == 'ι' || unicode_normalization::char::canonical_combining_class(c) != 0;
    let marks: Vec<bool> = spellings(path)[2].chars().map(is_mark).collect();
    marks.windows(2).any(|pair| pair == [true, true])
}

/// Some texts that are the same name.
fn spellings(path: &str) -> [String; 4] {
    let folded: String = path.nfd().default_case_fold().collect();
    [path.nfd().collect(), path.nfc().collect(), folded.nfd().collect(), folded.nfc().collect()]
}

//! The bound on the work of one match, and a counter of work for tests: a parser or a match that is not linear in its input
//! fails them, on any machine.

/// The most steps that matching a text of this many bytes may take: 32 for each, and a million for short ones. What takes
/// more is not known to match: no `allow` does, and every `ask` and `deny` does.
pub(crate) fn limit(bytes: usize) -> usize {
    bytes.saturating_mul(32).max(1 << 20)
}

/// Counts steps, in tests only.
#[cfg(not(test))]
pub(crate) fn count(_steps: usize) {}

#[cfg(test)]
pub(crate) use counter::count;

#[cfg(test)]
pub(crate) mod counter {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn count(steps: usize) {
        STEPS.set(STEPS.get() + steps);
    }

    /// The steps that `work` takes.
    pub(crate) fn steps<T>(work: impl FnOnce() -> T) -> usize {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}

#[cfg(test)]
mod tests {
    use super::counter::steps;
    use crate::diagnostic::Lines;
    use crate::grant::Grant;
    use crate::pattern::{Bindings, TextTemplate, UrlTemplate};
    use crate::scope::Source;
    use crate::url::HttpUrl;

    /// Twice the input takes at most little more than twice the steps.
    fn is_linear(what: &str, work: impl Fn(usize), count: usize) {
        let (small, large) = (steps(|| work(count)), steps(|| work(2 * count)));
        assert!(large * 10 <= small * 22 + 10_000, "{what}: {small} steps, and {large}");
    }

    #[test]
    fn the_lines_and_errors_of_a_grant_are_found_in_linear_time() {
        let rules = [
            "[[files]]\npath = \"/a/#\"\nallow = [\"read\"]\n",
            "[[files]]\npath = \"/a\"\nallow = [\"read\"]\n",
            "[[http]]\nurl = \"https://h/\"\nallow = [\"M#\"]\n",
            "[[files]]\npath = \"/../#\"\nallow = [\"raed\"]\n",
            "x# = 1\n",
        ];
        for rule in rules {
            for count in [1000, 2000] {
                let lines = (0..count).map(|at: usize| rule.replace('#', &at.to_string()));
                let source =
                    Source { name: String::new(), text: "schema = 1\n".to_owned() + &lines.collect::<String>() };
                // Each error that is told reads the file up to its place, and at most 100 are.
                let spent = steps(|| Grant::parse(&source));
                assert!(spent <= 110 * source.text.len(), "{rule}: {spent} steps for {}", source.text.len());
            }
        }
    }

    #[test]
    fn a_line_is_found_without_its_text() {
        let text = "a\nb\r\n\nc";
        let lines = Lines::of(text);
        assert_eq!((0..=text.len()).map(|at| lines.line(at)).collect::<Vec<_>>(), [1, 1, 2, 2, 2, 3, 4, 4]);
    }

    /// What a wildcard can do to a text, and the text, each the worst that is known.
    #[test]
    fn a_match_is_linear_in_its_text() {
        let patterns = ["**a".repeat(500) + "z", "*a".repeat(1000) + "z", "**[ab]".repeat(300) + "z", "?".repeat(4096)];
        let patterns = patterns.map(|text| TextTemplate::parse(&text).unwrap().bind(&Bindings::new()).unwrap());
        for pattern in &patterns {
            for unit in ["a", "ab", "e\u{301}\u{323}", "\u{df}"] {
                let matched = |count: usize| {
                    let text = unit.repeat(count);
                    // No `allow` matches what is not known to match, and every `deny` does.
                    assert!(!pattern.matches(&text));
                    let _folded = pattern.matches_folded(&text);
                };
                is_linear(&format!("{pattern} {unit}"), matched, 20_000);
            }
        }
        let text = "a".repeat(100_000);
        let spent = patterns.iter().map(|pattern| steps(|| pattern.matches_folded(&text))).max().unwrap();
        assert!(spent <= 40 * text.len(), "{spent}");
    }

    #[test]
    fn a_match_of_a_url_is_linear_in_it() {
        let pattern = |text: &str| UrlTemplate::parse(text).unwrap().bind(&Bindings::new()).unwrap();
        for pattern in [pattern("https://h/*a*a*a*a*z"), pattern(&format!("https://h/{}x", "*a".repeat(1000)))] {
            for unit in ["a", "a.", "a;", "%2561", "~1a", "/a", "\u{e9}"] {
                let matched = |count: usize| {
                    if let Ok(url) = HttpUrl::parse(&format!("https://h/{}", unit.repeat(count))) {
                        assert!(!pattern.matches(&url));
                        let _folded = pattern.matches_folded(&url);
                    }
                };
                is_linear(unit, matched, 2000);
            }
        }
    }
}

//! A pattern by which a person looks for resources: `*` stands for anything.

/// Whether a text is meant by a pattern: with `*` the whole of it, without one any part.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text.contains(pattern) };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    // The first place that fits leaves the most for those that follow.
    for piece in pieces {
        match text.find(piece) {
            Some(at) => text = text.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything_and_none_for_a_part() {
        for (pattern, text) in [
            ("/repo/*", "/repo/src/main.rs"),
            ("*.env", "/repo/.env"),
            ("*", ""),
            ("/a*b*c", "/abbc"),
            (".env", "/repo/.env.local"),
            ("**/x", "/y/x"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/repo/*", "/other/repo/x"), ("*.env", "/repo/.env2"), ("a*a", "a"), (".env", "/repo")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}

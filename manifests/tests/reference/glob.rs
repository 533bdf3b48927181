//! The slow, obviously right matcher of globs and paths: it tries every way, over the pattern's own text.

/// Whether the pattern's text matches the whole text. `*` takes no `/`, `**` takes anything.
pub(crate) fn text(pattern: &str, text: &str) -> bool {
    every_way(&chars(pattern), &chars(text))
}

/// Whether the pattern matches the path, both beginning with `/`; `one` compares a segment.
pub(crate) fn path(pattern: &str, path: &str, one: &dyn Fn(&str, &str) -> bool) -> bool {
    segments(&split(pattern), &split(path), one)
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn split(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn segments(pattern: &[&str], path: &[&str], one: &dyn Fn(&str, &str) -> bool) -> bool {
    match (pattern, path) {
        ([], []) => true,
        ([], [_, ..]) => false,
        (["**", after @ ..], []) => segments(after, path, one),
        (["**", after @ ..], [_, below @ ..]) => segments(after, path, one) || segments(pattern, below, one),
        ([_, ..], []) => false,
        ([segment, after @ ..], [name, below @ ..]) => one(segment, name) && segments(after, below, one),
    }
}

/// Every way to cut a text in two.
fn ways(text: &[char]) -> impl Iterator<Item = (&[char], &[char])> {
    (0..=text.len()).filter_map(|at| text.split_at_checked(at))
}

fn every_way(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        (['*', '*', after @ ..], _) => ways(text).any(|(_, rest)| every_way(after, rest)),
        (['*', after @ ..], _) => ways(text).any(|(taken, rest)| !taken.contains(&'/') && every_way(after, rest)),
        (_, []) => false,
        (['?', after @ ..], [c, rest @ ..]) => *c != '/' && every_way(after, rest),
        (['[', inside @ ..], [c, rest @ ..]) => {
            let (own, after) = ways(inside).find(|(_, after)| after.starts_with(&[']'])).unwrap();
            class(own, *c) && every_way(after.split_first().unwrap().1, rest)
        }
        ([own, after @ ..], [c, rest @ ..]) => own == c && every_way(after, rest),
    }
}

fn class(inside: &[char], c: char) -> bool {
    match inside {
        ['!', members @ ..] => c != '/' && !member(members, c),
        members => c != '/' && member(members, c),
    }
}

fn member(members: &[char], c: char) -> bool {
    match members {
        [] => false,
        [first, '-', last, rest @ ..] => (*first..=*last).contains(&c) || member(rest, c),
        [only, rest @ ..] => *only == c || member(rest, c),
    }
}

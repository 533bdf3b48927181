//! The slow, obviously right matcher of URL paths: over the text that is sent, an escape being one unit.

/// Whether a pattern's path matches the path of a URL, exactly. Both are ASCII, begin with `/`, and have no encoded
/// unreserved characters.
pub(crate) fn path(pattern: &str, path: &str) -> bool {
    let parts = |text: &str| -> Vec<String> { text.split('/').skip(1).map(str::to_owned).collect() };
    let (mut own, mut asked) = (parts(pattern), parts(path));
    if own.last().is_some_and(|last| last == "**") && asked.last().is_some_and(String::is_empty) {
        asked.pop(); // `**` takes a path with and without `/` at its end
    }
    if own == [""] {
        own.clear();
    }
    if asked == [""] {
        asked.clear();
    }
    segments(&own, &asked)
}

fn segments(own: &[String], asked: &[String]) -> bool {
    match (own, asked) {
        ([], []) => true,
        ([deep, after @ ..], _) if deep == "**" => {
            segments(after, asked)
                || asked.split_first().is_some_and(|(name, below)| tame(name) && segments(own, below))
        }
        ([one, after @ ..], [name, below @ ..]) => segment(one, name) && segments(after, below),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn segment(one: &str, name: &str) -> bool {
    if one.contains(['*', '[']) {
        return tame(name) && !name.is_empty() && units_match(&units(one), &units(name));
    }
    one == name
}

/// Whether a segment has no escape that a server may take for structure, and none of a byte that is no UTF-8 by itself.
fn tame(name: &str) -> bool {
    units(name).iter().filter(|unit| unit.len() == 3).all(|escape| {
        let byte = u8::from_str_radix(&escape[1..], 16).unwrap();
        (0x20..0x7F).contains(&byte) && !b"/\\%".contains(&byte)
    })
}

/// Characters, escapes, and classes whole.
fn units(text: &str) -> Vec<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '%' => 3,
            '[' => rest.find(']').unwrap() + 1,
            _ => 1,
        };
        units.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    units
}

fn units_match(own: &[String], asked: &[String]) -> bool {
    match (own, asked) {
        ([], []) => true,
        ([star, after @ ..], _) if star == "*" => (0..=asked.len()).any(|taken| units_match(after, &asked[taken..])),
        ([one, after @ ..], [unit, rest @ ..]) => {
            let listed = one.starts_with('[') && unit.len() == 1 && one[1..one.len() - 1].contains(unit.as_str());
            (one == unit || listed) && units_match(after, rest)
        }
        _ => false,
    }
}

//! The steps that servers take with a path. Each gives `None` where it changes nothing.
//!
//! A text has `/` between its segments and each escape as one character; the first step makes these the characters that
//! they stand for, and all further ones look at plain characters only.
use super::{bytes, characters};
use crate::pattern::escape;

/// A step: the text that it makes of a text.
pub(super) type Step = fn(&str) -> Option<String>;

/// All steps, in no particular order: every order is tried.
pub(super) const STEPS: [Step; 16] = [
    decode,
    bytes::lenient_utf8,
    bytes::latin_1,
    bytes::without_bytes,
    characters::unicode_escapes,
    characters::compatible,
    characters::without_controls,
    backslashes,
    cut_at_nul,
    cut_at_query,
    without_parameters,
    without_streams,
    without_sessions,
    trimmed,
    merged,
    resolved,
];

/// Decodes every escape once. What stands behind a decoded `%` becomes an escape in its turn.
fn decode(text: &str) -> Option<String> {
    if !text.contains(|c| escape::ascii_of(c).is_some()) {
        return None;
    }
    Some(text.chars().map(|c| escape::ascii_of(c).unwrap_or(c)).collect())
}

/// `\` is `/`: Windows.
fn backslashes(text: &str) -> Option<String> {
    text.contains('\\').then(|| text.replace('\\', "/"))
}

/// The path ends at a NUL: C.
fn cut_at_nul(text: &str) -> Option<String> {
    text.split_once('\0').map(|(before, _)| before.to_owned())
}

/// The path is decoded and then parsed as a URL again: it ends at `?` or `#`.
fn cut_at_query(text: &str) -> Option<String> {
    text.split_once(['?', '#']).map(|(before, _)| before.to_owned())
}

/// Path parameters (RFC 3986, section 3.3) are dropped: Java's servers.
fn without_parameters(text: &str) -> Option<String> {
    text.contains(';').then(|| each_segment(text, |segment| segment.split(';').next().unwrap_or_default()))
}

/// The name of a stream is dropped: `::$DATA`, `:$I30:$INDEX_ALLOCATION` (NTFS).
fn without_streams(text: &str) -> Option<String> {
    text.contains(":$").then(|| each_segment(text, without_stream)).filter(|read| read != text)
}

fn without_stream(segment: &str) -> &str {
    match segment.split_once(':') {
        Some((file, stream)) if stream.starts_with('$') || stream.contains(":$") => file,
        _ => segment,
    }
}

/// A session in the path is dropped: `(S(x))`, `(A(x)S(y))` (ASP.NET without cookies).
pub(super) fn without_sessions(text: &str) -> Option<String> {
    let mut rest = text;
    let mut read = String::new();
    while let Some((before, behind)) = rest.split_once('(') {
        match session_end(behind) {
            Some(end) => {
                read.push_str(before);
                rest = behind.get(end..).unwrap_or_default();
            }
            None => {
                read.push_str(before);
                read.push('(');
                rest = behind;
            }
        }
    }
    read.push_str(rest);
    (read != text).then_some(read)
}

/// Where a session ends that begins behind a `(`: one or more `X(…)`, and a `)`.
fn session_end(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        if at > 0 && rest.starts_with(')') {
            return Some(at + 1);
        }
        let inside = rest.strip_prefix(|c: char| c.is_ascii_alphabetic())?.strip_prefix('(')?;
        let length = inside.find(['(', ')', '/'])?;
        if !inside.get(length..)?.starts_with(')') {
            return None;
        }
        at += "X(".len() + length + ")".len();
    }
}

/// White space round a segment, and dots and white space at its end, are dropped: Windows, and frameworks that trim.
fn trimmed(text: &str) -> Option<String> {
    let read = each_segment(text, trim);
    (read != text).then_some(read)
}

fn trim(segment: &str) -> &str {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    match segment.trim_matches(is_space) {
        dots @ ("." | "..") => dots,
        segment => segment.trim_end_matches(|c| c == '.' || is_space(c)),
    }
}

/// Empty segments are dropped: nginx's `merge_slashes`, file systems.
fn merged(text: &str) -> Option<String> {
    text.contains("//").then(|| {
        let segments = text.split('/').filter(|segment| !segment.is_empty());
        segments.fold(String::with_capacity(text.len()), |text, segment| text + "/" + segment)
    })
}

/// Dot segments are resolved (RFC 3986, section 5.2.4), never above the root.
fn resolved(text: &str) -> Option<String> {
    if !text.split('/').any(|segment| matches!(segment, "." | "..")) {
        return None;
    }
    let (root, rest) = text.strip_prefix('/').map_or(("", text), |rest| ("/", rest));
    let mut segments = Vec::new();
    for segment in rest.split('/') {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    Some(format!("{root}{}", segments.join("/")))
}

fn each_segment(text: &str, change: impl for<'t> Fn(&'t str) -> &'t str) -> String {
    let mut read = String::with_capacity(text.len());
    for (at, segment) in text.split('/').enumerate() {
        if at > 0 {
            read.push('/');
        }
        read.push_str(change(segment));
    }
    read
}

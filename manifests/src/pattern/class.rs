//! Character classes: `[a-z]`, `[!a-z]`, and `[*]` for a character that would mean something.
use std::fmt;

use super::PatternError;
use super::token::Token;

/// A set of characters, or its complement. It never contains `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    negated: bool,
    /// First and last character of each range, sorted, none twice.
    ranges: Box<[(char, char)]>,
}

impl Class {
    pub(crate) fn contains(&self, c: char) -> bool {
        c != '/' && self.negated != self.ranges.iter().any(|&(first, last)| first <= c && c <= last)
    }

    pub(crate) fn is_negated(&self) -> bool {
        self.negated
    }

    /// The first and last characters of its ranges.
    pub(crate) fn ends(&self) -> impl Iterator<Item = char> {
        self.ranges.iter().flat_map(|&(first, last)| [first, last])
    }
}

/// Parses a class at the beginning of a text that starts with `[`; gives the token and its length in bytes.
pub(crate) fn parse(text: &str) -> Result<(Token, usize), PatternError> {
    let Some(end) = text.find(']') else {
        return Err(PatternError::new(0..1, "`[` is not closed").with_help("write `[[]` for the character itself"));
    };
    let whole = 0..end + 1;
    let body = text.get(1..end).unwrap_or_default();
    let (negated, members) = body.strip_prefix('!').map_or((false, body), |rest| (true, rest));
    if members.is_empty() {
        return Err(PatternError::new(whole, "the class is empty"));
    }
    if members.starts_with('^') {
        return Err(PatternError::new(whole, "a class does not begin with `^`").with_help("the complement is `[!…]`"));
    }
    let mut ranges = ranges(members).map_err(|error| error.shifted(1 + usize::from(negated)))?;
    ranges.sort_unstable();
    ranges.dedup();
    let token = match ranges.as_slice() {
        &[(only, last)] if only == last && !negated => Token::Char(only),
        _ => Token::Class(Class { negated, ranges: ranges.into() }),
    };
    Ok((token, end + 1))
}

fn ranges(members: &str) -> Result<Vec<(char, char)>, PatternError> {
    let mut ranges = Vec::new();
    let mut rest = members.char_indices().peekable();
    while let Some((at, first)) = rest.next() {
        let dash = rest.next_if(|&(_, c)| c == '-');
        let last = match dash.and_then(|_| rest.next()) {
            Some((_, last)) => last,
            None => {
                ranges.extend(dash.map(|(_, c)| (c, c)));
                first
            }
        };
        let span = at..at + first.len_utf8() + if dash.is_some() { 1 + last.len_utf8() } else { 0 };
        let error = |message: String| PatternError::new(span.start..span.end.min(members.len()), message);
        if let Some(c) = [first, last].into_iter().find(|&c| c == '/' || c.is_control()) {
            return Err(error(format!("`{}` cannot stand in a class", c.escape_default())));
        }
        if first != last && (first == '-' || last == '-') {
            return Err(error("`-` stands first or last in a class".into()));
        }
        if last < first {
            return Err(error(format!("the range `{first}-{last}` ends before it begins")));
        }
        ranges.push((first, last));
    }
    Ok(ranges)
}

impl fmt::Display for Class {
    /// `-` first, and a range that begins with `!` or `^` last, so that the text parses to the same class.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |&&(first, _): &&(char, char)| match first {
            '-' => 0,
            '!' | '^' => 2,
            _ => 1,
        };
        let mut ranges: Vec<_> = self.ranges.iter().collect();
        ranges.sort_by_key(place);
        f.write_str(if self.negated { "[!" } else { "[" })?;
        for (first, last) in ranges {
            if first == last { write!(f, "{first}")? } else { write!(f, "{first}-{last}")? }
        }
        f.write_str("]")
    }
}

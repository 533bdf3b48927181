//! The texts that a text stands for under the encodings in which tools and servers give back what they were given.
//!
//! Percent-encoding (RFC 3986; `%u0047` too), escapes of JSON and its kin, character references of HTML, quoted-printable
//! (RFC 2045), base64 (RFC 4648, both alphabets, with or without padding), and hexadecimal; one within another.
use std::collections::HashSet;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// So many encodings lie within one another at most.
const DEPTH: usize = 4;
/// The shortest text in base64 or hexadecimal that is looked at: shorter ones are words.
const SHORTEST_RUN: usize = 6;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Every text that `text` stands for beside itself. `room` is how many bytes they may have together: `None` where they have
/// more.
pub(super) fn spellings(text: &str, room: &mut usize) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut known = HashSet::from([text.to_owned()]);
    let mut from = 0;
    for depth in 0..DEPTH {
        let mut next = Vec::new();
        let here = if depth == 0 { std::slice::from_ref(&text) } else { &[][..] };
        let before = found.get(from..).unwrap_or_default().iter().map(String::as_str);
        for text in here.iter().copied().chain(before) {
            decoded(text, &mut |text| next.push(text));
        }
        from = found.len();
        for text in next {
            *room = room.checked_sub(text.len() + 1)?;
            if known.insert(text.clone()) {
                found.push(text);
            }
        }
        if from == found.len() {
            break;
        }
    }
    Some(found)
}

/// What a text is under each of the encodings, where that is another text.
fn decoded(text: &str, found: &mut dyn FnMut(String)) {
    escaped_bytes(text, b'%', found);
    escaped_bytes(text, b'=', found);
    backslashes(text).into_iter().for_each(&mut *found);
    references(text).into_iter().for_each(&mut *found);
    runs(
        text,
        |c| c.is_ascii_alphanumeric() || "+/-_".contains(c),
        |run| {
            base64(run).into_iter().for_each(&mut *found);
            if run.contains(['+', '/', '-', '_']) {
                run.split(['+', '/', '-', '_']).filter_map(base64).for_each(&mut *found);
            }
        },
    );
    runs(text, |c| c.is_ascii_hexdigit(), |run| hexadecimal(run).into_iter().for_each(&mut *found));
}

/// The maximal runs of these characters that are long enough.
fn runs<'t>(text: &'t str, is_in: impl Fn(char) -> bool, mut found: impl FnMut(&'t str)) {
    text.split(|c| !is_in(c)).filter(|run| run.len() >= SHORTEST_RUN).for_each(&mut found);
}

/// A mark and two hexadecimal digits for a byte: `%47`, `=47`. Behind `%u` stand four for a UTF-16 unit, behind `=` a line
/// break for nothing.
fn escaped_bytes(text: &str, mark: u8, found: &mut dyn FnMut(String)) {
    let mut rest = text.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    let mut is_other = false;
    while let [first, behind @ ..] = rest {
        let (decoded, left) = match behind {
            [high, low, left @ ..] if *first == mark && both(*high, *low).is_some() => {
                (both(*high, *low).map(|byte| vec![byte]), left)
            }
            [b'u' | b'U', a, b, c, d, left @ ..] if *first == b'%' && mark == b'%' => {
                let unit = both(*a, *b).zip(both(*c, *d)).map(|(high, low)| u16::from_be_bytes([high, low]));
                (unit.map(|unit| String::from_utf16_lossy(&[unit]).into_bytes()), left)
            }
            [b'\n', left @ ..] | [b'\r', b'\n', left @ ..] if *first == b'=' && mark == b'=' => {
                (Some(Vec::new()), left)
            }
            left => (None, left),
        };
        match decoded {
            Some(decoded) => {
                is_other = true;
                bytes.extend(decoded);
                rest = left;
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    if !is_other {
        return;
    }
    match String::from_utf8(bytes) {
        Ok(text) => found(text),
        // Bytes that are no UTF-8 may be meant as Latin-1.
        Err(error) => {
            found(String::from_utf8_lossy(error.as_bytes()).into_owned());
            found(error.as_bytes().iter().copied().map(char::from).collect());
        }
    }
}

fn both(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// Escapes that begin with a backslash: `\u0047`, `\u{47}`, `\x47`, `\n`, `\/`.
fn backslashes(text: &str) -> Option<String> {
    text.contains('\\').then_some(())?;
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        if c != '\\' {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        let digits = |skip: usize, count: usize| {
            let digits = rest.get(skip..skip + count)?;
            u16::from_str_radix(digits, 16).ok().map(|unit| (unit, skip + count))
        };
        let braced = || {
            let digits = rest.strip_prefix("u{")?.split_once('}')?.0;
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            Some((c, digits.len() + 3))
        };
        if let Some((c, used)) = braced() {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            rest = rest.get(used..).unwrap_or_default();
            continue;
        }
        let escape = match rest.as_bytes().first() {
            Some(b'u' | b'U') => digits(1, 4),
            Some(b'x' | b'X') => digits(1, 2),
            Some(b'n' | b'r' | b't' | b'b' | b'f') => Some((0x20, 1)),
            _ => None,
        };
        // What has no meaning stands for itself.
        if let Some((unit, used)) = escape {
            units.push(unit);
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    Some(String::from_utf16_lossy(&units)).filter(|decoded| decoded != text)
}

/// Character references of HTML: numbers, and the names of what is escaped in practice.
fn references(text: &str) -> Option<String> {
    const NAMES: [(&str, char); 18] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("commat", '@'),
        ("period", '.'),
        ("sol", '/'),
        ("bsol", '\\'),
        ("colon", ':'),
        ("semi", ';'),
        ("equals", '='),
        ("plus", '+'),
        ("num", '#'),
        ("percnt", '%'),
        ("lowbar", '_'),
        ("hyphen", '-'),
    ];
    let (first, mut rest) = text.split_once('&')?;
    let mut decoded = first.to_owned();
    loop {
        let (reference, next) = rest.split_once('&').map_or((rest, None), |(this, next)| (this, Some(next)));
        let found = match reference.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(digits) => numbered(digits, 16),
                None => numbered(number, 10),
            },
            None => NAMES.iter().find_map(|(name, c)| Some((*c, reference.strip_prefix(name)?))),
        };
        match found {
            Some((c, behind)) => {
                decoded.push(c);
                decoded.push_str(behind.strip_prefix(';').unwrap_or(behind));
            }
            None => {
                decoded.push('&');
                decoded.push_str(reference);
            }
        }
        match next {
            Some(next) => rest = next,
            None => return Some(decoded).filter(|decoded| decoded != text),
        }
    }
}

/// The character of a number in digits, and what stands behind them.
fn numbered(digits: &str, radix: u32) -> Option<(char, &str)> {
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let (digits, behind) = digits.split_at_checked(end)?;
    Some((char::from_u32(u32::from_str_radix(digits, radix).ok()?)?, behind))
}

fn base64(run: &str) -> Option<String> {
    if run.len() < SHORTEST_RUN {
        return None;
    }
    printable(BASE64.decode(run.replace('-', "+").replace('_', "/")).ok()?)
}

fn hexadecimal(run: &str) -> Option<String> {
    let (pairs, rest) = run.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| both(*high, *low)).collect::<Option<Vec<_>>>();
    printable(bytes.filter(|_| rest.is_empty())?)
}

/// Bytes that are a text which somebody could read.
fn printable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands_for(text: &str, meant: &str) -> bool {
        spellings(text, &mut 100_000).unwrap().iter().any(|spelling| spelling == meant)
    }

    #[test]
    fn each_encoding_is_decoded() {
        for (text, meant) in [
            ("?q=%47B33", "?q=GB33"),
            ("%u0047B33", "GB33"),
            ("=47B=\n33", "GB33"),
            (r"\u0047\x42\u{33}\/", "GB3/"),
            ("\\ud83d\\ude00", "😀"),
            ("&#71;&#x42&amp;33", "GB&33"),
            ("a&commat;b", "a@b"),
            ("R0IzM0JVS0I=", "GB33BUKB"),
            ("data:,/base64/R0IzM0JVS0I/x", "GB33BUKB"),
            ("0x4742333342554b42", "GB33BUKB"),
        ] {
            assert!(stands_for(text, meant), "{text}: {:?}", spellings(text, &mut 1000));
        }
    }

    #[test]
    fn one_encoding_lies_within_another() {
        for text in ["%2547B33BUKB", "R0IzM0JVS0I%3D", "%5Cu0047B33BUKB", "JTQ3QjMzQlVLQg", "&#37;47B33BUKB"] {
            let meant = spellings(text, &mut 1000).unwrap();
            assert!(meant.iter().any(|meant| meant.starts_with("GB33BUKB")), "{text}: {meant:?}");
        }
    }

    #[test]
    fn what_is_no_encoding_is_left_alone() {
        for text in ["100 % of it", "a=b&c", "C:\\", "& Co", "abc", "%zz=xx", "\\u12"] {
            let other: Vec<_> = spellings(text, &mut 1000).unwrap();
            assert!(other.iter().all(|other| other.len() < text.len()), "{text}: {other:?}");
        }
    }

    #[test]
    fn there_is_room_for_so_much() {
        assert_eq!(spellings(&"%41".repeat(1000), &mut 999), None);
        assert!(spellings(&"%41".repeat(1000), &mut 10_000).is_some());
    }
}

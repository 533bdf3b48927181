//! The way back from folded text: which single characters fold to a given run.
//!
//! A wildcard that stands for one character must match, folded, every run that is the folding of one: `?` matches `ss`,
//! since `ß` is one character and `ß` and `ss` are one name.
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use super::class::Class;
use super::fold::fold;

/// The longest folding of one character, in characters.
pub(crate) const LONGEST: usize = 4;

/// Where the characters lie that fold to something which does not compose back to them (a test goes over all of Unicode).
const SCANNED: [RangeInclusive<char>; 33] = [
    '\u{41}'..='\u{5A}',
    '\u{B5}'..='\u{24E}',
    '\u{340}'..='\u{587}',
    '\u{958}'..='\u{95F}',
    '\u{9DC}'..='\u{9DF}',
    '\u{A33}'..='\u{A5E}',
    '\u{B5C}'..='\u{B5D}',
    '\u{F43}'..='\u{FB9}',
    '\u{10A0}'..='\u{10CD}',
    '\u{13F8}'..='\u{13FD}',
    '\u{1C80}'..='\u{1CBF}',
    '\u{1E00}'..='\u{2001}',
    '\u{2126}'..='\u{2183}',
    '\u{2329}'..='\u{232A}',
    '\u{24B6}'..='\u{24CF}',
    '\u{2ADC}'..='\u{2ADC}',
    '\u{2C00}'..='\u{2CF2}',
    '\u{A640}'..='\u{A69A}',
    '\u{A722}'..='\u{A7F5}',
    '\u{AB70}'..='\u{ABBF}',
    '\u{F900}'..='\u{FB4E}',
    '\u{FF21}'..='\u{FF3A}',
    '\u{10400}'..='\u{10427}',
    '\u{104B0}'..='\u{104D3}',
    '\u{10570}'..='\u{10595}',
    '\u{10C80}'..='\u{10CB2}',
    '\u{10D50}'..='\u{10D65}',
    '\u{118A0}'..='\u{118BF}',
    '\u{16E40}'..='\u{16E5F}',
    '\u{1D15E}'..='\u{1D164}',
    '\u{1D1BB}'..='\u{1D1C0}',
    '\u{1E900}'..='\u{1E921}',
    '\u{2F800}'..='\u{2FA1D}',
];

/// The characters beyond ASCII that fold to one ASCII character.
const BEYOND_ASCII: [(char, char); 4] = [(';', '\u{37E}'), ('`', '\u{1FEF}'), ('k', '\u{212A}'), ('s', '\u{17F}')];

/// The runs of ASCII that are the folding of one character.
const ASCII_RUNS: [&str; 7] = ["ff", "ffi", "ffl", "fi", "fl", "ss", "st"];

/// Whether the folded run, of two characters or more, is the folding of one character.
pub(crate) fn is_one(run: &[char]) -> bool {
    if run.iter().all(char::is_ascii) {
        return ASCII_RUNS.iter().any(|known| known.chars().eq(run.iter().copied()));
    }
    composed(run).is_some() || table().contains_key(run)
}

/// Whether a character of the class folds to the run.
pub(crate) fn class_has(class: &Class, run: &[char]) -> bool {
    if let &[c] = run
        && c.is_ascii()
    {
        let beyond = BEYOND_ASCII.iter().find(|(ascii, _)| *ascii == c);
        return class.contains(c)
            || class.contains(c.to_ascii_uppercase())
            || beyond.is_some_and(|&(_, kin)| class.contains(kin));
    }
    if run.iter().all(char::is_ascii) && !is_one(run) {
        return false; // most runs: composing is far more work
    }
    composed(run).is_some_and(|c| class.contains(c))
        || table().get(run).is_some_and(|kin| kin.iter().any(|&c| class.contains(c)))
}

/// The one character that a run composes to.
fn composed(run: &[char]) -> Option<char> {
    let mut composed = run.iter().copied().nfc();
    composed.next().filter(|_| composed.next().is_none())
}

/// By folding: the characters that fold to it and to which it does not compose.
fn table() -> &'static HashMap<Box<[char]>, Vec<char>> {
    static TABLE: OnceLock<HashMap<Box<[char]>, Vec<char>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::<_, Vec<char>>::new();
        for c in SCANNED.into_iter().flatten() {
            let run: Box<[char]> = fold(c.encode_utf8(&mut [0; 4])).chars().collect();
            table.entry(run).or_default().push(c);
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folding(c: char) -> Vec<char> {
        fold(&c.to_string()).chars().collect()
    }

    #[test]
    fn every_character_is_found_by_its_folding() {
        for c in '\0'..=char::MAX {
            let run = folding(c);
            assert!(run.len() <= LONGEST, "{c:?}");
            assert!(run.len() == 1 || is_one(&run), "{c:?}");
            let known = composed(&run) == Some(c)
                || table().get(run.as_slice()).is_some_and(|kin| kin.contains(&c))
                || run == [c.to_ascii_lowercase()];
            assert!(known, "{c:?} folds to {run:?}");
        }
    }

    #[test]
    fn the_short_lists_for_ascii_are_complete() {
        for c in '\u{80}'..=char::MAX {
            let run = folding(c);
            match run.as_slice() {
                &[ascii] if ascii.is_ascii() => assert!(BEYOND_ASCII.contains(&(ascii, c)), "{c:?}"),
                run if run.iter().all(char::is_ascii) => {
                    assert!(ASCII_RUNS.contains(&run.iter().collect::<String>().as_str()), "{c:?}");
                }
                _ => {}
            }
        }
    }
}

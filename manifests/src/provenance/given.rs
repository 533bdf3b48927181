//! What a call was given, in every spelling in which its output may give it back: what is only an echo supplies nothing.
//!
//! | an atom of the output is an echo | where |
//! | --- | --- |
//! | of four letters or digits, or more | they occur in this order in a text of the input, whatever stands between them |
//! | or | it is put together of such texts: whole runs of letters and digits, each of three or more but one |
//! | shorter | it is a whole run of the input: of letters and digits, of letters, or of digits |
//! | a number | the input has or spells it, or its digits are an echo |
//! | of several words | each of them is an echo |
//!
//! Letters are compared in any case, Unicode form and with any accent. Texts of the input (the names of fields too) and the
//! atom are compared as they are and [decoded](super::decode).
use std::collections::HashSet;

use caseless::Caseless as _;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::decode::spellings;
use super::{SHORT, number, scalars, texts, words};

/// Room for the decoded texts of an input, in bytes: so many, and a multiple of its length.
const ROOM: usize = 64 << 10;
const ROOM_FACTOR: usize = 6;
/// The longest atom that is looked at for texts that it could be put together of.
const LONGEST_JOINED: usize = 128;
/// As many bytes of the input are looked through for all atoms of an output together.
const MOST_SCANNED: usize = 256 << 20;

/// What a call was given.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Texts as they are, folded; a line each.
    folded: String,
    /// The letters and digits alone of each text; a line each.
    plain: String,
    /// Four characters in a row of `plain`: sorted.
    grams: Vec<u64>,
    /// Runs of letters and digits, of letters, and of digits.
    runs: HashSet<String>,
    numbers: HashSet<String>,
    bools: HashSet<bool>,
    scanned: usize,
    /// Not everything could be looked at: anything may be an echo.
    pub(super) exhausted: bool,
}

impl Given {
    pub(super) fn of(input: &Value) -> Self {
        let mut given = Self::default();
        let mut all = Vec::new();
        texts(input, &mut |text| all.push(text.to_owned()));
        scalars(input, &mut |value| match value {
            Value::Number(number) => {
                given.numbers.extend(super::decimal(&number.to_string()));
                all.push(number.to_string());
            }
            Value::Bool(value) => {
                given.bools.insert(*value);
            }
            _ => {}
        });
        let mut room = room_for(all.iter().map(String::len).sum());
        for text in &all {
            given.add(text);
            match spellings(text, &mut room) {
                Some(spellings) => spellings.iter().for_each(|text| given.add(text)),
                None => given.exhausted = true,
            }
        }
        given.index();
        given
    }

    fn add(&mut self, text: &str) {
        let plain = plain(text);
        self.folded.push_str(&super::fold(text));
        self.folded.push('\n');
        for word in text.split(|c: char| c.is_whitespace() || ",;|&=:/?#()[]{}<>\"'`".contains(c)) {
            self.numbers.extend(number(word));
        }
        for run in text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|run| !run.is_empty()) {
            let run = self::plain(run);
            let by_class = run.split(|c: char| c.is_numeric()).chain(run.split(|c: char| !c.is_numeric()));
            for part in by_class.chain([run.as_str()]).filter(|part| !part.is_empty()) {
                self.numbers.extend(number(part));
                if !self.runs.contains(part) {
                    self.runs.insert(part.to_owned());
                }
            }
        }
        self.plain.push_str(&plain);
        self.plain.push('\n');
    }

    fn index(&mut self) {
        self.grams = self.plain.lines().flat_map(grams).collect();
        self.grams.sort_unstable();
        self.grams.dedup();
    }

    /// Whether an atom is one that may be an echo.
    pub(super) fn has(&mut self, atom: &str) -> bool {
        if self.exhausted {
            return true;
        }
        match atom.split_at_checked(2) {
            Some(("b:", value)) => self.bools.contains(&(value == "true")),
            Some(("n:", digits)) => self.has_number(digits),
            Some((_, text)) => self.has_text(text),
            None => true,
        }
    }

    fn has_text(&mut self, text: &str) -> bool {
        if self.has_word(text) {
            return true;
        }
        let mut several = words(text).into_iter().flatten().peekable();
        if several.peek().is_some() && several.all(|word| self.has_word(word)) {
            return true;
        }
        let decoded = spellings(text, &mut room_for(text.len()));
        // One that has too many spellings may be an echo in one of them.
        decoded.is_none_or(|decoded| decoded.iter().any(|text| self.has_word(text)))
    }

    fn has_number(&mut self, digits: &str) -> bool {
        self.numbers.contains(digits) || self.has_plain(&plain(digits), true)
    }

    fn has_word(&mut self, text: &str) -> bool {
        if number(text).is_some_and(|number| self.has_number(&number)) {
            return true;
        }
        let plain = plain(text);
        if plain.is_empty() {
            return self.folded.contains(super::fold(text).as_ref());
        }
        self.has_plain(&plain, text.chars().all(char::is_alphanumeric))
    }

    fn has_plain(&mut self, plain: &str, may_be_joined: bool) -> bool {
        if self.runs.contains(plain) {
            return true;
        }
        let length = plain.chars().count();
        length >= SHORT && (self.occurs(plain) || may_be_joined && length <= LONGEST_JOINED && self.is_joined(plain))
    }

    /// Whether it occurs in a text. Where too much would have to be looked through, it is as if it did.
    fn occurs(&mut self, plain: &str) -> bool {
        if !grams(plain).all(|gram| self.grams.binary_search(&gram).is_ok()) {
            return false;
        }
        self.scanned += self.plain.len();
        if self.scanned > MOST_SCANNED {
            self.exhausted = true;
            return true;
        }
        self.plain.contains(plain)
    }

    /// Whether it is put together of runs, of which one alone may be shorter than three characters.
    fn is_joined(&self, plain: &str) -> bool {
        // By how far it is put together: without a short run, and with one.
        let ends: Vec<usize> = plain.char_indices().map(|(at, _)| at).chain([plain.len()]).collect();
        let mut reached = vec![(false, false); ends.len()];
        reached.first_mut().into_iter().for_each(|(without, _)| *without = true);
        for (at, from) in ends.iter().enumerate() {
            let Some((without, with)) = reached.get(at).copied().filter(|(without, with)| *without || *with) else {
                continue;
            };
            for (count, (to, reached)) in ends.iter().zip(&mut reached).skip(at + 1).enumerate() {
                if !plain.get(*from..*to).is_some_and(|run| self.runs.contains(run)) {
                    continue;
                }
                let is_short = count + 1 < 3;
                reached.0 |= without && !is_short;
                reached.1 |= with && !is_short || without && is_short;
            }
        }
        reached.last().is_some_and(|(without, with)| *without || *with)
    }
}

fn room_for(bytes: usize) -> usize {
    ROOM + ROOM_FACTOR * bytes
}

/// The letters and digits of a text, in one case and Unicode form, without accents.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    let folded = text.nfkd().default_case_fold().nfkd();
    folded.filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)).collect()
}

/// Each four characters in a row. Two that are told apart by no more than this are compared by their texts.
fn grams(plain: &str) -> impl Iterator<Item = u64> + '_ {
    let mut gram = 0;
    let packed = plain.chars().map(move |c| {
        let c = u32::from(c);
        gram = gram << 16 | u64::from((c ^ c >> 16) & 0xFFFF);
        gram
    });
    packed.skip(SHORT - 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const IBAN: &str = "GB33BUKB20201555555555";

    fn is_echo(input: &Value, atom: &str) -> bool {
        Given::of(input).has(&format!("s:{atom}"))
    }

    #[test]
    fn an_echo_is_one_in_every_encoding_and_at_every_boundary() {
        for input in [
            json!({ "url": "https://x/?q=%47B33BUKB20201555555555" }),
            json!({ "url": "https://x/?q=%2547B33BUKB20201555555555" }),
            json!({ "url": "https://x/a/GB33BUKB20201555555555.html" }),
            json!({ "url": "https://x/base64/R0IzM0JVS0IyMDIwMTU1NTU1NTU1NQ==" }),
            json!({ "data": "R0IzM0JVS0IyMDIwMTU1NTU1NTU1NQ" }),
            json!({ "data": "47423333425 47423333425".replace(' ', "") + "x 4742333342554b423230323031353535353535353535" }),
            json!({ "path": "/repo/xGB33BUKB20201555555555x" }),
            json!({ "text": "gb33 bukb 2020 1555 5555 55" }),
            json!({ "text": "GB33-BUKB-20201555-555555" }),
            json!({ "text": "G\u{200b}B33BUKB20201555555555" }),
            json!({ "text": "ＧＢ33BUKB20201555555555" }),
            json!({ "json": "{\"iban\": \"\\u0047B33BUKB20201555555555\"}" }),
            json!({ "html": "&#71;B33BUKB&#x32;0201555555555" }),
            json!({ "mail": "=47B33BUKB2020=\r\n1555555555" }),
            json!({ "url": "https://x/?b=20201555555555&a=GB33BUKB" }),
            json!({ "parts": ["20201555555555", "GB33BUKB"] }),
            json!({ "parts": ["GB3", "3BU", "KB2", "020", "155", "555", "555", "5"] }),
            json!({ "GB33BUKB20201555555555": 1 }),
        ] {
            assert!(is_echo(&input, IBAN), "{input}");
            assert!(is_echo(&input, "gb33bukb20201555555555"), "{input}");
        }
        assert!(is_echo(&json!({ "q": IBAN }), "R0IzM0JVS0IyMDIwMTU1NTU1NTU1NQ=="), "encoded in the output");
        assert!(is_echo(&json!({ "q": "a&b@example.com" }), "a&amp;b@example.com"));
    }

    #[test]
    fn what_the_input_does_not_have_is_none() {
        for (input, atom) in [
            (json!({ "path": "/bills/7.txt" }), IBAN),
            (json!({ "prefix": "GB33BUKB2020155555555" }), IBAN),
            (json!({ "prefix": "INV-2024-" }), "INV-2024-0017"),
            (json!({ "q": "GB33 and 20201555" }), IBAN),
            (json!({ "q": "the bill of June 1268" }), "26"),
            (json!({ "q": "1 2 3 4 5 6 7 8 9 0" }), "202015"),
            (json!({ "domain": "example.com" }), "ana@example.com"),
            (json!({ "name": "Ana" }), "ana@example.com"),
            (json!({ "n": 12 }), "1268"),
            (json!({ "q": "26000" }), "26"),
        ] {
            assert!(!is_echo(&input, atom), "{atom} of {input}");
        }
        assert!(is_echo(&json!({ "q": "June 26" }), "26"));
        assert!(is_echo(&json!({ "q": "id26" }), "26"));
    }

    #[test]
    fn numbers_are_echoes_however_they_are_written() {
        for (input, number) in [
            (json!({ "n": 1.2e3 }), "1200"),
            (json!({ "q": "+1.2E3 of it" }), "1200"),
            (json!({ "q": "1,200.00" }), "1200"),
            (json!({ "q": "1'200'000" }), "1200000"),
            (json!({ "q": ".5" }), "0.5"),
            (json!({ "q": "id7x" }), "7"),
            (json!({ "q": "%31200" }), "1200"),
        ] {
            assert!(Given::of(&input).has(&format!("n:{number}")), "{number} of {input}");
        }
        for (input, number) in [(json!({ "n": 1.2e3 }), "12"), (json!({ "q": "June 26" }), "2")] {
            assert!(!Given::of(&input).has(&format!("n:{number}")), "{number} of {input}");
        }
    }

    #[test]
    fn an_input_that_cannot_be_looked_at_supplies_nothing() {
        let mut given = Given::of(&json!({ "q": "%25".repeat(20_000) }));
        assert!(!given.exhausted && !given.has("s:anything"));
        given.exhausted = true;
        assert!(given.has("s:anything") && given.has("n:1") && given.has("b:true"));
    }
}

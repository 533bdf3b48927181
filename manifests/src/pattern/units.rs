//! A text as the units that a pattern's elements consume, and how far each element can reach in it.
use unicode_normalization::char::canonical_combining_class;

use super::kin;
use super::token::Token;

/// A text to be matched element by element.
///
/// Canonical order sorts the marks behind a letter by their class, so the marks that one character of another spelling
/// carries may lie apart in the folded text. Where a letter carries marks of several classes they are left out, and
/// elements that may stand for a mark may be skipped there: such a letter matches a little more than it should, and
/// `ask` and `deny` never too little. U+0345 folds to `ι` but sorts as a mark: a `ι` behind a mark counts as one.
pub(crate) struct Units {
    chars: Vec<char>,
    /// For each boundary, whether marks were left out in front of it; empty where none were.
    loose: Vec<bool>,
    folded: bool,
}

impl Units {
    /// A text taken as it is written.
    pub(crate) fn exact(text: &str) -> Self {
        Self { chars: text.chars().collect(), loose: Vec::new(), folded: false }
    }

    /// A text that was folded.
    pub(crate) fn folded(text: &str) -> Self {
        if text.is_ascii() {
            return Self { folded: true, ..Self::exact(text) };
        }
        let mut units = Self { chars: Vec::new(), loose: vec![false], folded: true };
        let mut marks = Vec::<(char, u8)>::new();
        for c in text.chars() {
            match class_of_mark(c, !marks.is_empty()) {
                Some(class) => marks.push((c, class)),
                None => {
                    units.end_cluster(&mut marks);
                    units.push(c);
                }
            }
        }
        units.end_cluster(&mut marks);
        units
    }

    fn push(&mut self, c: char) {
        self.chars.push(c);
        self.loose.push(false);
    }

    fn end_cluster(&mut self, marks: &mut Vec<(char, u8)>) {
        let mixed = marks.windows(2).any(|pair| matches!(pair, [(_, a), (_, b)] if a != b));
        if mixed {
            self.loose.last_mut().into_iter().for_each(|boundary| *boundary = true);
            marks.clear();
        }
        marks.drain(..).for_each(|(c, _)| self.push(c));
    }

    /// Whether the elements match the whole text; `None` where that takes too much work.
    pub(crate) fn match_all(&self, tokens: &[Token]) -> Option<bool> {
        let reached = self.reached(tokens, |_| false)?;
        Some(reached.last() == Some(&self.chars.len()))
    }

    /// Whether the elements match the text up to a character that `ends` it; `None` where that takes too much work.
    pub(crate) fn match_up_to(&self, tokens: &[Token], ends: impl Fn(char) -> bool) -> Option<bool> {
        let reached = self.reached(tokens, |_| false)?;
        Some(reached.iter().any(|&at| self.chars.get(at).is_some_and(|&c| ends(c))))
    }

    /// Whether the text is the beginning of one that the elements match; `None` where that takes too much work.
    pub(crate) fn are_begun_by(&self, tokens: &[Token]) -> Option<bool> {
        let is_whole = |reached: &[usize]| reached.last() == Some(&self.chars.len());
        self.reached(tokens, is_whole).map(|reached| is_whole(&reached))
    }

    /// The boundaries reached by all elements, or by the first of them that are `enough`.
    fn reached(&self, tokens: &[Token], enough: impl Fn(&[usize]) -> bool) -> Option<Vec<usize>> {
        let mut work = crate::work::limit(self.chars.len());
        let mut reached = vec![0];
        for token in tokens {
            if reached.is_empty() || enough(&reached) {
                break;
            }
            let next = self.step(token, &reached);
            // A class is compared with every run of characters that may be one of its own.
            let each = if matches!(token, Token::Class(_)) { 8 } else { 1 };
            let steps = 1 + each * reached.len() + next.len();
            crate::work::count(steps);
            work = work.checked_sub(steps)?;
            reached = next;
        }
        Some(reached)
    }

    /// The boundaries reached from `from` (sorted, none twice) by one element; sorted, none twice.
    fn step(&self, token: &Token, from: &[usize]) -> Vec<usize> {
        match token {
            Token::Many => self.spread(from, |c| c != '/'),
            Token::Deep => self.spread(from, |_| true),
            Token::Char(_) | Token::One | Token::Class(_) => {
                let mut reached: Vec<_> = from.iter().flat_map(|&at| self.ends(token, at)).collect();
                reached.sort_unstable();
                reached.dedup();
                reached
            }
        }
    }

    /// Every boundary from each of `from` up to the first character that may not be passed.
    fn spread(&self, from: &[usize], passes: impl Fn(char) -> bool) -> Vec<usize> {
        let mut reached: Vec<usize> = Vec::new();
        for &at in from {
            if reached.last().is_some_and(|&last| last >= at) {
                continue; // an earlier spread passed this boundary, and went on as far as this one would
            }
            let passed = self.chars.iter().skip(at).take_while(|&&c| passes(c)).count();
            reached.extend(at..=at + passed);
        }
        reached
    }

    /// The boundaries that an element which stands for one character reaches from one boundary.
    fn ends(&self, token: &Token, at: usize) -> impl Iterator<Item = usize> {
        let longest = if self.folded && !matches!(token, Token::Char(_)) { kin::LONGEST } else { 1 };
        let skipped = (self.is_loose(at) && may_be_mark(token)).then_some(at);
        let runs = (1..=longest).filter_map(move |length| {
            let end = at + length;
            let run = self.chars.get(at..end)?;
            self.admits(token, run, end).then_some(end)
        });
        skipped.into_iter().chain(runs)
    }

    fn admits(&self, token: &Token, run: &[char], end: usize) -> bool {
        let &[first, ref more @ ..] = run else { return false };
        let one = more.is_empty() || kin::is_one(run);
        match token {
            Token::Char(c) => *c == first,
            Token::One => one && first != '/',
            Token::Class(class) if !self.folded => class.contains(first),
            Token::Class(_) if self.is_loose(end) => one && first != '/',
            Token::Class(class) => kin::class_has(class, run),
            Token::Many | Token::Deep => false,
        }
    }

    fn is_loose(&self, boundary: usize) -> bool {
        self.loose.get(boundary).is_some_and(|&loose| loose)
    }
}

/// The class by which a mark is sorted, or `None` for a character that carries marks.
fn class_of_mark(c: char, behind_mark: bool) -> Option<u8> {
    const YPOGEGRAMMENI: u8 = 240;
    match canonical_combining_class(c) {
        0 if c == 'ι' && behind_mark => Some(YPOGEGRAMMENI),
        0 => None,
        class => Some(class),
    }
}

/// Whether an element of a folded pattern may stand for a mark.
fn may_be_mark(token: &Token) -> bool {
    match token {
        Token::Char(c) => class_of_mark(*c, true).is_some(),
        Token::One | Token::Class(_) => true,
        Token::Many | Token::Deep => false,
    }
}

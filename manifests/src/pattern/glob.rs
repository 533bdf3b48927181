//! A bound pattern of one text (a segment, a name, a value), in the forms that are quick to match.
use std::borrow::Cow;
use std::fmt;
use std::str::Chars;

use super::fold::fold;
use super::token::{Token, write_all};
use super::units::Units;

/// A bound pattern of one text: matched exactly for `allow`, folded for `ask` and `deny`.
///
/// Folded, it matches a text if any text that differs from it in case or Unicode form only is matched exactly.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    tokens: Box<[Token]>,
    exact: Shape,
    folded: Shape,
}

/// How a text is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// With this text.
    Literal(Box<str>),
    /// A `*` with text before and behind it.
    Affix { before: Box<str>, behind: Box<str> },
    /// Element by element.
    General(Box<[Token]>),
}

/// How literal text is folded.
pub(crate) type Fold = fn(&str) -> Cow<'_, str>;

impl Glob {
    pub(crate) fn new(tokens: Vec<Token>) -> Self {
        Self::with_fold(tokens, fold)
    }

    pub(crate) fn with_fold(tokens: Vec<Token>, fold: Fold) -> Self {
        let folded = Shape::new(&fold_literals(&tokens, fold));
        Self { exact: Shape::new(&tokens), folded, tokens: tokens.into() }
    }

    /// The pattern's only text, if it has no wildcard.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.exact.literal()
    }

    /// The fewest bytes of anything that matches.
    pub(crate) fn shortest(&self) -> usize {
        let lengths = self.tokens.iter().map(|token| match token {
            Token::Char(c) => c.len_utf8(),
            Token::One | Token::Class(_) => 1,
            Token::Many | Token::Deep => 0,
        });
        lengths.sum()
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn exact(&self) -> &Shape {
        &self.exact
    }

    pub(crate) fn folded(&self) -> &Shape {
        &self.folded
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.exact.matches_exact(text)
    }

    /// Matches a text that, like the pattern's own text, was changed by `fold`.
    pub(crate) fn matches_by(&self, text: &str, fold: Fold) -> bool {
        Shape::new(&fold_literals(&self.tokens, fold)).matches_exact(&fold(text))
    }

    /// Whether a folded text matches without a `.` in it and what follows that.
    pub(crate) fn matches_folded_stem(&self, folded: &str) -> bool {
        match &self.folded {
            _ if !folded.contains('.') => false,
            Shape::Literal(own) => folded.strip_prefix(&**own).is_some_and(|rest| rest.starts_with('.')),
            Shape::Affix { before, behind } if folded.is_ascii() => {
                folded.strip_prefix(&**before).is_some_and(|rest| {
                    rest.match_indices('.').any(|(at, _)| rest.get(..at).is_some_and(|stem| stem.ends_with(&**behind)))
                })
            }
            Shape::Affix { .. } | Shape::General(_) => {
                Units::folded(folded).match_up_to(&self.folded.tokens(), |next| next == '.') != Some(false)
            }
        }
    }

    /// Whether any text that begins with a folded one may match.
    pub(crate) fn may_begin_folded(&self, beginning: &str) -> bool {
        match &self.folded {
            Shape::Literal(own) => own.starts_with(beginning),
            Shape::Affix { .. } | Shape::General(_) => {
                Units::folded(beginning).are_begun_by(&self.folded.tokens()) != Some(false)
            }
        }
    }

    /// Matches a text that the same fold as the pattern's was applied to.
    pub(crate) fn matches_folded(&self, folded: &str) -> bool {
        self.folded.matches_folded(folded)
    }
}

/// Two patterns are the same if they are made of the same elements.
impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens
    }
}

impl Eq for Glob {}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.tokens)
    }
}

impl Shape {
    fn new(tokens: &[Token]) -> Self {
        let star = tokens.iter().position(|token| *token == Token::Many);
        let (before, behind) = tokens.split_at(star.unwrap_or(tokens.len()));
        match (text(before), star, text(behind.get(1..).unwrap_or_default())) {
            (Some(before), Some(_), Some(behind)) => Self::Affix { before, behind },
            (Some(text), None, _) => Self::Literal(text),
            _ => Self::General(tokens.into()),
        }
    }

    pub(crate) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Affix { .. } | Self::General(_) => None,
        }
    }

    pub(crate) fn matches_exact(&self, text: &str) -> bool {
        match self {
            Self::Literal(own) => **own == *text,
            Self::Affix { before, behind } => has_affixes(text, before, behind),
            Self::General(tokens) if tokens.contains(&Token::Deep) => {
                Units::exact(text).match_all(tokens) == Some(true)
            }
            Self::General(tokens) => walk(tokens, text),
        }
    }

    pub(crate) fn matches_folded(&self, text: &str) -> bool {
        match self {
            Self::Literal(own) => **own == *text,
            Self::Affix { before, behind } if text.is_ascii() => has_affixes(text, before, behind),
            Self::Affix { .. } | Self::General(_) => Units::folded(text).match_all(&self.tokens()) != Some(false),
        }
    }

    /// The elements that it is compared by.
    fn tokens(&self) -> Cow<'_, [Token]> {
        let chars = |text: &str| text.chars().map(Token::Char).collect::<Vec<_>>();
        match self {
            Self::Literal(text) => Cow::Owned(chars(text)),
            Self::Affix { before, behind } => Cow::Owned([chars(before), vec![Token::Many], chars(behind)].concat()),
            Self::General(tokens) => Cow::Borrowed(tokens),
        }
    }
}

fn has_affixes(text: &str, before: &str, behind: &str) -> bool {
    // Comparing with an empty text is far from free: its dangling pointer makes the C library's masked load stumble.
    let rest = if before.is_empty() { Some(text) } else { text.strip_prefix(before) };
    let between = if behind.is_empty() { rest } else { rest.and_then(|rest| rest.strip_suffix(behind)) };
    between.is_some_and(|between| !between.bytes().any(|b| b == b'/'))
}

/// The text of tokens that are all characters.
fn text(tokens: &[Token]) -> Option<Box<str>> {
    let chars = tokens.iter().map(|token| match token {
        Token::Char(c) => Some(*c),
        Token::One | Token::Class(_) | Token::Many | Token::Deep => None,
    });
    chars.collect::<Option<String>>().map(String::into_boxed_str)
}

/// The tokens with each run of characters folded as one text.
fn fold_literals(tokens: &[Token], fold: Fold) -> Vec<Token> {
    tokens
        .chunk_by(|a, b| matches!((a, b), (Token::Char(_), Token::Char(_))))
        .flat_map(|run| match text(run) {
            Some(text) => fold(&text).chars().map(Token::Char).collect(),
            None => run.to_vec(),
        })
        .collect()
}

/// The classic walk with one way back: to the last `*`, which then takes one character more. What takes too much work does
/// not match.
fn walk(tokens: &[Token], text: &str) -> bool {
    let (mut tokens, mut rest) = (tokens, text.chars());
    let mut retry: Option<(&[Token], Chars<'_>)> = None;
    let mut work = crate::work::limit(text.len());
    loop {
        crate::work::count(1);
        let Some(left) = work.checked_sub(1) else { return false };
        work = left;
        match tokens.split_first() {
            Some((Token::Many, behind)) => {
                tokens = behind;
                retry = Some((behind, rest.clone()));
                continue;
            }
            Some((token, behind)) => {
                let mut ahead = rest.clone();
                if ahead.next().is_some_and(|c| token.admits(c)) {
                    (tokens, rest) = (behind, ahead);
                    continue;
                }
            }
            None if rest.as_str().is_empty() => return true,
            None => {}
        }
        let Some((behind, from)) = &mut retry else { return false };
        if from.next().is_none_or(|c| c == '/') {
            return false;
        }
        (tokens, rest) = (behind, from.clone());
    }
}

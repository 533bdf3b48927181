//! Folding: one form for all spellings of a text that differ in case or Unicode form only.
//!
//! `ask` and `deny` compare what this gives: full case folding between two canonical decompositions, which is the
//! canonical caseless match of Unicode (D145). Comparing in composed or in decomposed form is the same comparison.
use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// The folded form. Borrows where the text is its own: lower-case ASCII.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(text.nfd().default_case_fold().nfd().collect());
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

//! All short names over an alphabet, grouped by what they are but for case and Unicode form.
use std::collections::HashMap;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

pub(crate) struct Spellings(Vec<(Vec<String>, bool)>);

impl Spellings {
    /// Every name of up to `longest` characters.
    pub(crate) fn over(alphabet: &str, longest: usize) -> Self {
        let mut names = vec![String::new()];
        let mut begin = 0;
        for _ in 0..longest {
            let end = names.len();
            for at in begin..end {
                let longer: Vec<_> = alphabet.chars().map(|c| format!("{}{c}", names[at])).collect();
                names.extend(longer);
            }
            begin = end;
        }
        let mut groups = HashMap::<String, Vec<String>>::new();
        for name in names.into_iter().skip(1) {
            groups.entry(name.nfd().default_case_fold().nfd().collect()).or_default().push(name);
        }
        Self(groups.into_iter().map(|(fold, names)| (names, fold.chars().count() <= longest)).collect())
    }

    /// The groups, each with whether it holds every spelling over the alphabet.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&[String], bool)> {
        self.0.iter().map(|(names, complete)| (names.as_slice(), *complete))
    }
}

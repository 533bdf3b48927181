//! The algebra of verdicts, by random layers of many rules of every kind: each scope decides as the slow reference does,
//! says truly why, and is not widened by what may not widen it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod algebra;
#[path = "algebra/quantifiers.rs"]
mod quantifiers;
#[path = "algebra/strategies.rs"]
mod strategies;

use algebra::changes::stricter;
use algebra::rule::Word;
use algebra::texts::printed;
use proptest::prelude::*;
use proptest::test_runner::Config;
use strategies::scope;
use toolward_manifests::{Scope, ScopeTexts, Verdict};

fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(1024))]

    /// With a true reason each.
    #[test]
    fn a_scope_decides_as_the_reference_does((universe, layers) in scope()) {
        prop_assert_eq!(universe.decided(&layers), universe.expected(&layers), "{:#?}", universe.texts(&layers));
    }

    #[test]
    fn the_order_of_rules_changes_no_word((universe, layers) in scope(), turn in 1_usize..8) {
        let mut turned = layers.clone();
        for chosen in turned.chosen.iter_mut().flatten().filter(|chosen| !chosen.is_empty()) {
            let places = turn % chosen.len();
            chosen.reverse();
            chosen.rotate_left(places);
        }
        prop_assert_eq!(universe.decided(&layers), universe.decided(&turned), "{:#?}", universe.texts(&layers));
    }

    /// The same texts make the same scope, and what is printed of them parses to the same: same words, same print.
    #[test]
    fn texts_and_their_print_decide_the_same((universe, layers) in scope()) {
        let texts = universe.texts(&layers);
        let print = printed(&texts);
        prop_assert_eq!(&printed(&print), &print);
        let decide = |texts: &ScopeTexts| -> Vec<Verdict> {
            let scope = Scope::build(texts).unwrap();
            universe.accesses.iter().map(|access| scope.decide(access)).collect()
        };
        let verdicts = decide(&texts);
        prop_assert_eq!(&verdicts, &decide(&texts));
        let words = |verdicts: &[Verdict]| verdicts.iter().map(Word::of).collect::<Vec<_>>();
        prop_assert_eq!(words(&verdicts), words(&decide(&print)), "{:#?}", print);
    }
}

proptest! {
    #![proptest_config(cases(128))]

    /// Every change of the design's list: a layer more, a `deny` more or wider, an `allow` less or narrower.
    #[test]
    fn what_never_widens_does_not_widen((universe, layers) in scope()) {
        let before = universe.decided(&layers);
        for (change, changed) in stricter(&universe, &layers) {
            let after = universe.decided(&changed);
            let wider = (0..before.len()).find(|&at| after[at] < before[at] && universe.is_decided(&layers, at));
            let texts = || [&layers, &changed].map(|layers| universe.texts(layers));
            prop_assert!(wider.is_none(), "{} widens {:?} by {:#?}", change, universe.accesses[wider.unwrap()], texts());
        }
    }
}

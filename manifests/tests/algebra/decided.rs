//! Every scope of a universe, decided, compared with the reference, and compared with every scope one change away.
use std::collections::HashMap;

use crate::algebra::changes::stricter;
use crate::algebra::rule::Word;
use crate::algebra::universe::{Chosen, Layers, Universe};

/// What each scope decides, by access.
pub(crate) struct Decided<'u> {
    universe: &'u Universe,
    by_layers: HashMap<Layers, Vec<Word>>,
}

/// Every choice of at most so many rules that can stand in one file.
pub(crate) fn choices(universe: &Universe, most: usize) -> Vec<Chosen> {
    let mut choices = vec![Chosen::new()];
    let mut begin = 0;
    for _ in 0..most {
        let end = choices.len();
        for at in begin..end {
            let known = choices[at].clone();
            let first = known.last().map_or(0, |last| last + 1);
            for next in first..universe.rules.len() {
                if known.iter().all(|&own| universe.rules[own].goes_with(&universe.rules[next])) {
                    choices.push([&known[..], &[next]].concat());
                }
            }
        }
        begin = end;
    }
    choices
}

/// A choice that may also be no layer at all.
pub(crate) fn or_none(choices: &[Chosen]) -> Vec<Option<Chosen>> {
    choices.iter().cloned().map(Some).chain([None]).collect()
}

/// Every combination of what each layer may be.
pub(crate) fn combinations(layers: [Vec<Option<Chosen>>; 3]) -> Vec<Layers> {
    let [manifests, policies, grants] = layers;
    let mut all = Vec::new();
    for manifest in &manifests {
        for policy in &policies {
            for grant in &grants {
                let chosen = [manifest.clone(), policy.clone(), grant.clone()];
                let asking = policy.as_ref().map(|_| Layers { chosen: chosen.clone(), asks: true });
                all.extend([Layers { chosen, asks: false }].into_iter().chain(asking));
            }
        }
    }
    all
}

impl<'u> Decided<'u> {
    /// Decides every scope as the reference does.
    pub(crate) fn new(universe: &'u Universe, all: Vec<Layers>) -> Self {
        let decide = |layers: Layers| {
            let decided = universe.decided(&layers);
            assert_eq!(decided, universe.expected(&layers), "{:#?} {:?}", universe.texts(&layers), universe.accesses);
            (layers, decided)
        };
        Self { universe, by_layers: all.into_iter().map(decide).collect() }
    }

    /// How many decisions were made.
    pub(crate) fn count(&self) -> usize {
        self.by_layers.len() * self.universe.accesses.len()
    }

    /// Compares each scope with those that the algebra says are no wider. Returns how many comparisons there were.
    pub(crate) fn never_widens(&self) -> usize {
        let mut compared = 0;
        for (layers, decided) in &self.by_layers {
            for (change, after) in stricter(self.universe, layers) {
                let Some(stricter_words) = self.by_layers.get(&after) else { continue };
                compared += 1;
                let wider = (0..decided.len())
                    .find(|&at| stricter_words[at] < decided[at] && self.universe.is_decided(layers, at));
                if let Some(wider) = wider {
                    let texts = [layers, &after].map(|layers| self.universe.texts(layers));
                    panic!("{change} widens {:?} by {texts:#?}", self.universe.accesses[wider]);
                }
            }
        }
        compared
    }
}

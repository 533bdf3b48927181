//! The changes of one layer that never widen a scope, by the design's list.
use toolward_manifests::{Kind, Layer};

use super::rule::Word;
use super::universe::{Chosen, LAYERS, Layers, Universe};

/// The scopes one change away that are no wider: a layer more, a `deny` more or wider, an `allow` less or narrower.
pub(crate) fn stricter(universe: &Universe, layers: &Layers) -> Vec<(&'static str, Layers)> {
    let mut stricter = Vec::new();
    for (at, (layer, chosen)) in LAYERS.into_iter().zip(&layers.chosen).enumerate() {
        let changed = match chosen {
            None => short_layers(universe).map(|chosen| ("a layer more", chosen)).collect(),
            Some(chosen) => changes(universe, chosen, layer),
        };
        stricter.extend(changed.into_iter().map(|(change, chosen)| {
            let mut changed = layers.clone();
            changed.chosen[at] = Some(chosen);
            (change, changed)
        }));
    }
    stricter
}

/// The layers of no rule and of one.
fn short_layers(universe: &Universe) -> impl Iterator<Item = Chosen> {
    [Chosen::new()].into_iter().chain((0..universe.rules.len()).map(|rule| vec![rule]))
}

fn changes(universe: &Universe, chosen: &Chosen, layer: Layer) -> Vec<(&'static str, Chosen)> {
    let mut changes = Vec::new();
    let mut change = |name, without: Option<usize>, with: Option<usize>| {
        let mut changed: Chosen = chosen.iter().copied().filter(|&rule| Some(rule) != without).chain(with).collect();
        changed.sort_unstable();
        if universe.can_stand_together(&changed) && !leaves_tools_to_the_policy(universe, layer, chosen, &changed) {
            changes.push((name, changed));
        }
    };
    let others = || (0..universe.rules.len()).filter(|rule| !chosen.contains(rule));
    let is = |rule: usize, word: Word| universe.rules[rule].word == word;
    others().filter(|&rule| is(rule, Word::Deny)).for_each(|rule| change("a `deny` more", None, Some(rule)));
    for &rule in chosen {
        if is(rule, Word::Allow) {
            change("an `allow` less", Some(rule), None);
            let narrower = others().filter(|&other| universe.is_narrower(other, rule));
            narrower.for_each(|other| change("a narrower `allow`", Some(rule), Some(other)));
        }
        if is(rule, Word::Deny) {
            let wider = others().filter(|&other| universe.is_narrower(rule, other));
            wider.for_each(|other| change("a wider `deny`", Some(rule), Some(other)));
        }
    }
    changes
}

/// A grant without `[[tools]]` leaves the policy's: taking its last rule away is no narrowing.
fn leaves_tools_to_the_policy(universe: &Universe, layer: Layer, before: &Chosen, after: &Chosen) -> bool {
    let tools = |chosen: &Chosen| chosen.iter().any(|&rule| universe.rules[rule].on.kind() == Kind::Tools);
    layer == Layer::Grant && tools(before) && !tools(after)
}

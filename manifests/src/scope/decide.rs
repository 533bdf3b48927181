//! The decision: within a layer `deny` beats `ask` beats `allow`; across layers the strictest wins.
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;

use super::layer::{BoundLayer, Counted, Said};
use super::{LAYERS, Scope, Taint};
use crate::access::{Access, Call, Kind};
use crate::rule::{Matches, Word};
use crate::verdict::{Allow, Ask, Layer, Reason, Verdict};

static NO_RULE: LazyLock<Arc<str>> = LazyLock::new(|| "no rule matches".into());

/// What a layer said, and whether by a rule that names the resource.
type Spoken<'s> = (&'s BoundLayer, Said<'s>, bool);

impl Scope {
    /// Decides one access of a task of which nobody knows whether it is tainted: as if it were.
    pub fn decide(&self, access: &Access) -> Verdict {
        self.decide_when(access, Taint::Unknown)
    }

    /// Decides one access: pure, and the only place where an [`Allow`] is born.
    pub fn decide_when(&self, access: &Access, taint: Taint) -> Verdict {
        self.decide_by(access, taint, None)
    }

    /// The same by one layer `alone`, or by all.
    pub(super) fn decide_by(&self, access: &Access, taint: Taint, alone: Option<usize>) -> Verdict {
        let kind = access.kind();
        let asked = |at: usize| alone.is_none_or(|alone| alone == at);
        if let Access::Files { path, op } = access {
            let said = self.layers.iter().zip(self.files.say(path, *op, taint)).enumerate();
            let said = said.filter(|(at, _)| asked(*at)).map(|(_, (layer, said))| spoken(layer, said, kind));
            return self.verdict(access, said, Counted::new());
        }
        let mut all: [Option<Spoken<'_>>; LAYERS] = [None; LAYERS];
        let mut counted = Counted::new();
        for ((at, layer), place) in self.layers.iter().enumerate().zip(&mut all) {
            if !layer.decides(kind) || !asked(at) {
                continue;
            }
            let said = match access {
                Access::Tools(call) => Ok(layer.say_of_call(call, taint, &mut counted)),
                _ => layer.say(access, taint),
            };
            match said {
                Ok(said) => *place = Some(spoken(layer, said, kind)),
                Err(bad_host) => return denied(Layer::Builtin, bad_host.to_string()),
            }
        }
        self.verdict(access, all.into_iter().flatten(), counted)
    }

    /// Whether a layer decides accesses of a kind.
    pub(super) fn decides(&self, at: usize, kind: Kind) -> bool {
        self.layers.get(at).is_some_and(|layer| layer.decides(kind))
    }

    /// The strictest of what the layers said. Of two that are as strict a rule comes before the lack of one; a reason for
    /// an allow is the policy's.
    fn verdict<'s>(&'s self, access: &Access, all: impl Iterator<Item = Spoken<'s>>, mut counted: Counted) -> Verdict {
        let prefers = |(layer, said, by_rule): &Spoken<'_>| {
            (said.word, *by_rule, said.word == Word::Allow && layer.layer == Layer::Policy)
        };
        let mut silent = SmallVec::<[&BoundLayer; LAYERS]>::new();
        let all = all.inspect(|(layer, _, by_rule)| silent.extend((!by_rule).then_some(*layer)));
        let strictest = all.reduce(|first, next| if prefers(&next) > prefers(&first) { next } else { first });
        let Some((layer, said, by_rule)) = strictest else {
            return denied(Layer::Builtin, format!("nothing says what may be done with {}", access.kind()));
        };
        let reason = if by_rule {
            let note = if said.word == Word::Allow { self.supplied(access) } else { None };
            Reason { layer: layer.layer, rule: said.rule.map(Arc::clone), note }
        } else {
            let is_as_strict = |own: &&BoundLayer| own.nothing(access.kind()).word == said.word;
            why_nothing_matches(access, silent.into_iter().filter(is_as_strict), layer, said)
        };
        // A rule that two versions of a policy share is one rule.
        counted.sort_unstable();
        counted.dedup();
        match said.word {
            Word::Allow => Verdict::Allow(Allow::new(reason, counted.to_vec())),
            Word::Ask => Verdict::Ask(Ask::new(reason, counted.to_vec())),
            Word::Deny => Verdict::Deny(reason),
        }
    }

    /// Which calls supplied the values of an allowed call, where rules ask for that.
    fn supplied(&self, access: &Access) -> Option<Arc<str>> {
        let Access::Tools(call @ Call { history: Some(history), .. }) = access else { return None };
        if history.seen.is_empty() {
            return None;
        }
        let mut notes = BTreeSet::new();
        for rule in self.rules_about(&call.tool).filter(|rule| rule.allow.is_some() && rule.on.allows(call)) {
            rule.on.sightings(call, &mut |path, sighting| {
                notes.extend(history.seen.get(&sighting).map(|by| format!("`{path}` was seen in {by}")));
            });
        }
        (!notes.is_empty()).then(|| notes.into_iter().collect::<Vec<_>>().join(", ").into())
    }
}

/// Why no rule of a layer matches: where in every layer that is as silent an `allow` names what is asked for, which rule
/// that is and what it misses by.
fn why_nothing_matches<'s>(
    access: &Access,
    silent: impl Iterator<Item = &'s BoundLayer>,
    layer: &'s BoundLayer,
    said: Said<'s>,
) -> Reason {
    let missed = |layer: &'s BoundLayer| Some((layer.layer, layer.nearly_allows(access)?));
    let all: Option<Vec<_>> = silent.map(missed).collect();
    match all.unwrap_or_default().into_iter().next() {
        None => Reason { layer: layer.layer, rule: said.rule.map(Arc::clone), note: Some(Arc::clone(&NO_RULE)) },
        Some((layer, (rule, why))) if said.word == Word::Deny => {
            Reason { layer, rule: Some(Arc::clone(rule)), note: Some(why.into()) }
        }
        Some((_, (rule, why))) => {
            let note = format!("{rule} does not match: {why}");
            Reason { layer: layer.layer, rule: said.rule.map(Arc::clone), note: Some(note.into()) }
        }
    }
}

fn spoken<'s>(layer: &'s BoundLayer, said: Option<Said<'s>>, kind: Kind) -> Spoken<'s> {
    (layer, said.unwrap_or_else(|| layer.nothing(kind)), said.is_some())
}

fn denied(layer: Layer, note: String) -> Verdict {
    Verdict::Deny(Reason { layer, rule: None, note: Some(note.into()) })
}

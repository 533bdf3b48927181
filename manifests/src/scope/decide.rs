//! The decision: within a layer `deny` beats `ask` beats `allow`; across layers the strictest wins.
use std::sync::{Arc, LazyLock};

use super::layer::{BoundLayer, Said};
use super::{RuleId, Scope};
use crate::access::{Access, Kind};
use crate::rule::Word;
use crate::verdict::{Allow, Ask, Layer, Reason, Verdict};

static NO_RULE: LazyLock<Arc<str>> = LazyLock::new(|| "no rule matches".into());

/// What a layer said, and whether by a rule that names the resource.
type Spoken<'s> = (&'s BoundLayer, Said<'s>, bool);

impl Scope {
    /// Decides one access: pure, and the only place where an [`Allow`] is born.
    pub fn decide(&self, access: &Access) -> Verdict {
        let kind = access.kind();
        if let Access::Files { path, op } = access {
            return self.verdict(
                access,
                self.layers.iter().zip(self.files.say(path, *op)).map(|(layer, said)| spoken(layer, said, kind)),
            );
        }
        let mut all: [Option<Spoken<'_>>; 3] = [None; 3];
        for (layer, place) in self.layers.iter().filter(|layer| layer.decides(kind)).zip(&mut all) {
            match layer.say(access) {
                Ok(said) => *place = Some(spoken(layer, said, kind)),
                Err(bad_host) => return denied(Layer::Builtin, bad_host.to_string()),
            }
        }
        self.verdict(access, all.into_iter().flatten())
    }

    /// The strictest of what the layers said. Of two that are as strict a rule comes before the lack of one; a reason for
    /// an allow is the policy's.
    fn verdict<'s>(&'s self, access: &Access, all: impl Iterator<Item = Spoken<'s>>) -> Verdict {
        let prefers = |(layer, said, by_rule): &Spoken<'_>| {
            (said.word, *by_rule, said.word == Word::Allow && layer.layer == Layer::Policy)
        };
        let strictest = all.reduce(|first, next| if prefers(&next) > prefers(&first) { next } else { first });
        let Some((layer, said, by_rule)) = strictest else {
            return denied(Layer::Builtin, format!("nothing says what may be done with {}", access.kind()));
        };
        let reason = if by_rule {
            Reason { layer: layer.layer, rule: said.rule.map(Arc::clone), note: None }
        } else {
            self.why_nothing_matches(access, layer, said)
        };
        match said.word {
            Word::Allow => Verdict::Allow(Allow::new(reason, self.counted(access))),
            Word::Ask => Verdict::Ask(Ask::new(reason, self.counted(access))),
            Word::Deny => Verdict::Deny(reason),
        }
    }

    /// Why no rule of a layer matches: where in every layer that is as silent an `allow` misses it by one thing only, which
    /// rule that is and what it misses by.
    fn why_nothing_matches<'s>(&'s self, access: &Access, layer: &'s BoundLayer, said: Said<'s>) -> Reason {
        let silent = |layer: &&BoundLayer| {
            layer.decides(access.kind())
                && layer.nothing(access.kind()).word == said.word
                && matches!(layer.say(access), Ok(None))
        };
        let missed = |layer: &'s BoundLayer| Some((layer.layer, layer.nearly_allows(access)?));
        let all: Option<Vec<_>> = self.layers.iter().filter(silent).map(missed).collect();
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

    fn counted(&self, access: &Access) -> Vec<RuleId> {
        let Access::Tools(call) = access else { return Vec::new() };
        let deciding = self.layers.iter().filter(|layer| layer.decides(Kind::Tools));
        deciding.flat_map(|layer| layer.counted(call)).collect()
    }
}

fn spoken<'s>(layer: &'s BoundLayer, said: Option<Said<'s>>, kind: Kind) -> Spoken<'s> {
    (layer, said.unwrap_or_else(|| layer.nothing(kind)), said.is_some())
}

fn denied(layer: Layer, note: String) -> Verdict {
    Verdict::Deny(Reason { layer, rule: None, note: Some(note.into()) })
}

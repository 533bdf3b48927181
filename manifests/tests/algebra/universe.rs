//! A universe: some rules, some accesses, and what each rule says of each access.
use serde_json::Value;
use toolward_manifests::scope::History;
use toolward_manifests::{Access, Call, Kind, Layer, Reason, Scope, ScopeTexts, Verdict};

use super::reference;
use super::rule::{Rule, Word};
use super::texts::{PolicyRules, Rules};

#[derive(Debug)]
pub(crate) struct Universe {
    pub(crate) rules: Vec<Rule>,
    pub(crate) accesses: Vec<Access>,
    /// By rule, then by access.
    said: Vec<Vec<Option<Word>>>,
    /// By rule, then by access: how much keeps an `allow` from matching that names what is asked for.
    obstacles: Vec<Vec<usize>>,
    /// By rule, as it is written.
    lines: Vec<String>,
}

/// Some of a universe's rules, in the order of a file.
pub(crate) type Chosen = Vec<usize>;

/// Which rules each layer has; `None` where it is not given. Manifest, policy, grant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Layers {
    pub(crate) chosen: [Option<Chosen>; 3],
    /// Whether the policy asks where no rule matches.
    pub(crate) asks: bool,
}

pub(crate) const LAYERS: [Layer; 3] = [Layer::Manifest, Layer::Policy, Layer::Grant];

impl Universe {
    pub(crate) fn new(rules: Vec<Rule>, accesses: Vec<Access>) -> Self {
        let says = |rule: &Rule| accesses.iter().map(|access| reference::says(rule, access)).collect();
        let said = rules.iter().map(says).collect();
        let obstacles = |rule: &Rule| accesses.iter().map(|access| reference::obstacles(rule, access)).collect();
        let obstacles = rules.iter().map(obstacles).collect();
        Self { said, obstacles, lines: rules.iter().map(Rule::toml).collect(), rules, accesses }
    }

    /// Whether one table can hold all of them.
    pub(crate) fn can_stand_together(&self, chosen: &[usize]) -> bool {
        let goes = |(at, &rule): (usize, &usize)| {
            chosen[..at].iter().all(|&earlier| self.rules[earlier].goes_with(&self.rules[rule]))
        };
        chosen.iter().enumerate().all(goes)
    }

    pub(crate) fn pick(&self, chosen: &[usize]) -> Vec<Rule> {
        chosen.iter().map(|&at| self.rules[at].clone()).collect()
    }

    pub(crate) fn texts(&self, layers: &Layers) -> ScopeTexts {
        let [manifest, policy, grant] =
            layers.chosen.each_ref().map(|chosen| chosen.as_ref().map(|own| self.pick(own)));
        let unmatched = if layers.asks { Kind::ALL.to_vec() } else { Vec::new() };
        let policy = policy.map(|own| PolicyRules { own, unmatched, ..PolicyRules::default() });
        Rules { manifest, policy, grants: grant.into_iter().collect() }.texts()
    }

    /// What the reference decides, by access.
    pub(crate) fn expected(&self, layers: &Layers) -> Vec<Word> {
        (0..self.accesses.len())
            .map(|access| reference::scope(self.by_layer(layers, access).map(|(_, word)| word)))
            .collect()
    }

    /// Whether any layer decides an access: where none does it is denied, and the first layer to decide it may allow it.
    pub(crate) fn is_decided(&self, layers: &Layers, access: usize) -> bool {
        self.by_layer(layers, access).next().is_some()
    }

    fn by_layer<'u>(&'u self, layers: &'u Layers, access: usize) -> impl Iterator<Item = (Layer, Word)> + 'u {
        let kind = self.accesses[access].kind();
        let given =
            LAYERS.into_iter().zip(&layers.chosen).filter_map(|(layer, chosen)| Some((layer, chosen.as_ref()?)));
        let has_rules = move |chosen: &Chosen| chosen.iter().any(|&rule| self.rules[rule].on.kind() == kind);
        given.filter(move |(layer, chosen)| reference::decides(*layer, kind, has_rules(chosen))).map(
            move |(layer, chosen)| {
                let unmatched = if layer == Layer::Policy && layers.asks { Word::Ask } else { Word::Deny };
                (layer, reference::layer(chosen.iter().map(|&rule| self.said[rule][access]), unmatched))
            },
        )
    }

    /// What the scope decides, by access; and each verdict's reason is true.
    pub(crate) fn decided(&self, layers: &Layers) -> Vec<Word> {
        let texts = self.texts(layers);
        let scope = Scope::build(&texts).unwrap_or_else(|errors| panic!("{}: {texts:?}", errors[0]));
        let decide = |access: usize| {
            let verdict = scope.decide(&self.accesses[access]);
            let truth = self.is_true(layers, &texts, access, &verdict);
            assert!(truth, "{verdict:?} of {} by {texts:#?}", self.accesses[access]);
            Word::of(&verdict)
        };
        (0..self.accesses.len()).map(decide).collect()
    }

    /// Whether the layer that is named says that word, by the rule on the line that is named.
    fn is_true(&self, layers: &Layers, texts: &ScopeTexts, access: usize, verdict: &Verdict) -> bool {
        let Reason { layer, rule, note } = verdict.reason();
        let word = Word::of(verdict);
        let by_layer: Vec<_> = self.by_layer(layers, access).collect();
        let (Some(at), false) = (LAYERS.iter().position(|own| own == layer), by_layer.is_empty()) else {
            return by_layer.is_empty() && *layer == Layer::Builtin && word == Word::Deny;
        };
        let chosen = layers.chosen[at].as_deref().unwrap_or_default();
        let nothing_matches = chosen.iter().all(|&rule| self.said[rule][access].is_none());
        let by_rule = match rule {
            None => nothing_matches && self.near_miss(layers, access).is_none(),
            Some(rule) => {
                let policy = texts.policies.first().and_then(|(sources, _)| sources.first());
                let text = [texts.manifest.as_ref(), policy, texts.grants.first()][at];
                let line = text.unwrap().text.lines().nth(rule.line as usize - 1).unwrap().trim();
                let first = chosen.iter().find(|&&rule| self.said[rule][access] == Some(word));
                let first = match word {
                    Word::Deny if nothing_matches => self.near_miss(layers, access),
                    _ => first.copied(),
                };
                let by_unmatched = nothing_matches && line.starts_with("unmatched.");
                by_unmatched || first.is_some_and(|first| line.trim_end_matches(',') == self.lines[first])
            }
        };
        by_layer.contains(&(*layer, word)) && by_rule && note.is_some() == nothing_matches
    }

    /// The rule that is named for an access that every layer without a rule for it misses: the nearest of the first layer.
    fn near_miss(&self, layers: &Layers, access: usize) -> Option<usize> {
        let denies = |at: usize| LAYERS[at] != Layer::Policy || !layers.asks;
        let given = layers
            .chosen
            .iter()
            .enumerate()
            .filter_map(|(at, chosen)| Some((at, chosen.as_ref().filter(|_| denies(at))?)));
        let kind = self.accesses[access].kind();
        let decides = |at: usize, chosen: &Chosen| {
            reference::decides(LAYERS[at], kind, chosen.iter().any(|&rule| self.rules[rule].on.kind() == kind))
        };
        let silent = given.filter(|(at, chosen)| {
            decides(*at, chosen) && chosen.iter().all(|&rule| self.said[rule][access].is_none())
        });
        let obstacles = |rule: &usize| self.obstacles[*rule][access];
        let missed =
            silent.map(|(_, chosen)| chosen.iter().copied().filter(|rule| obstacles(rule) > 0).min_by_key(obstacles));
        missed.collect::<Option<Vec<_>>>()?.into_iter().next()
    }

    /// Whether one rule says the same as the other, of fewer accesses.
    pub(crate) fn is_narrower(&self, narrow: usize, wide: usize) -> bool {
        let likeness = |rule: usize| (self.rules[rule].word, self.rules[rule].on.kind());
        let (few, many) = (&self.said[narrow], &self.said[wide]);
        let within = few.iter().zip(many).all(|(few, many)| few.is_none() || many.is_some());
        likeness(narrow) == likeness(wide) && few != many && within
    }
}

/// A call of a tool, the first of its task.
pub(crate) fn call(tool: &str, input: Value) -> Access {
    Access::Tools(Call { tool: tool.into(), sha256: None, input, history: Some(History::new()) })
}

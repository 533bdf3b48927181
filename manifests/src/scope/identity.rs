//! The identity of layers, of counted rules, and of patterns of earlier calls.
//!
//! Only the layer that wrote a rule or a pattern reads what was counted and marked for it: the identity of each names its
//! layer. All are SHA-256, because the author of one layer (the holder of a task, by a grant) chooses texts that another
//! layer's must not collide with. See `docs/decisions/history.md`.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Source;
use crate::digest::sha256;

/// A layer: a policy by its texts, or a grant by its text and the task that it was given to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LayerId(pub [u8; 32]);

/// A counted rule of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleId {
    /// The layer that counts by it.
    pub layer: LayerId,
    /// SHA-256 of the rule as it is written.
    pub rule: [u8; 32],
}

/// A pattern of earlier calls that a layer asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkId {
    /// The layer that asks.
    pub layer: LayerId,
    /// SHA-256 of the pattern as it is written.
    pub pattern: [u8; 32],
}

/// SHA-256 of a rule or a pattern as it is written, in whatever layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wording([u8; 32]);

impl Wording {
    /// The wording of a rule in a section of a file, as JSON.
    pub(crate) fn of_rule(section: &str, json: &str) -> Self {
        Self(sha256("toolward counted rule", [section.as_bytes(), json.as_bytes()]))
    }

    /// The wording of a pattern of earlier calls, as JSON. One that asks what a call supplies is another.
    pub(crate) fn of_pattern(is_source: bool, json: &str) -> Self {
        Self(sha256("toolward pattern of calls", [&[u8::from(is_source)][..], json.as_bytes()]))
    }

    /// The wording of the pattern with these digests of components named.
    pub(crate) fn with_digests(self, sha256s: &[String]) -> Self {
        let parts = std::iter::once(&self.0[..]).chain(sha256s.iter().map(String::as_bytes));
        Self(sha256("toolward pattern with digests", parts))
    }
}

impl LayerId {
    /// A manifest or a policy, by its texts.
    pub(crate) fn of_texts(layer: crate::verdict::Layer, texts: &[Source]) -> Self {
        let layer = layer.to_string();
        let texts = texts.iter().flat_map(|source| [source.name.as_bytes(), source.text.as_bytes()]);
        Self(sha256("toolward layer", std::iter::once(layer.as_bytes()).chain(texts)))
    }

    /// A grant: the text, the task that it was given to, and its place below the grants of the tasks above that one.
    pub(crate) fn of_grant(text: &Source, task: &str, place: usize) -> Self {
        let place = (place as u64).to_le_bytes();
        Self(sha256("toolward grant", [task.as_bytes(), &place, text.name.as_bytes(), text.text.as_bytes()]))
    }
}

/// The layer that rules are bound for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owner {
    layer: LayerId,
    /// The layer of the policy that the task was opened under, and what is worded in it.
    opening: Option<(LayerId, BTreeSet<Wording>)>,
}

impl Owner {
    pub(crate) fn new(layer: LayerId) -> Self {
        Self { layer, opening: None }
    }

    /// A policy that took the place of another. A rule or a pattern that has the same words in both is one: its count goes
    /// on, and what was marked for it holds.
    pub(crate) fn after(layer: LayerId, opening: LayerId, worded: BTreeSet<Wording>) -> Self {
        Self { layer, opening: Some((opening, worded)) }
    }

    pub(crate) fn rule(&self, rule: Wording) -> RuleId {
        RuleId { layer: self.layer_of(rule), rule: rule.0 }
    }

    pub(crate) fn mark(&self, pattern: Wording) -> MarkId {
        MarkId { layer: self.layer_of(pattern), pattern: pattern.0 }
    }

    fn layer_of(&self, wording: Wording) -> LayerId {
        match &self.opening {
            Some((opening, worded)) if worded.contains(&wording) => *opening,
            _ => self.layer,
        }
    }
}

/// The layers of a scope whose rules ask what a task did before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// All of them.
    pub layers: Vec<LayerId>,
    /// The policy that holds now, where the task was opened under another: it saw no call that was made before it.
    pub changed: Option<LayerId>,
}

//! What a task did before, as far as rules ask for it: plain data, so that a decision stays pure.
//!
//! A rule asks about earlier calls by a pattern (tool, digest, input), which has a [`MarkId`]. A call that *may* match one
//! leaves a mark when it begins, and one that surely matches and succeeds leaves a stronger one when it ends. So a
//! condition is proved, or disproved, by what is known for certain:
//!
//! | condition | an `allow` matches where | an `ask` or `deny` does not match where |
//! | --- | --- | --- |
//! | `after` | every such call has surely matched and succeeded | of some, none that may match has begun |
//! | `not_after` | none that may match has begun | some has surely matched and succeeded |
//! | `seen_in` | the value was supplied by such a call | (only in an `allow`) |
//! | `times` | fewer such calls were allowed | (only in an `allow`) |
//!
//! Of calls that a layer did not see (a policy that took the place of another during the task did not see those before it)
//! nothing is known: each may have been any call.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LayerId, MarkId, RuleId};

/// What is known of the earlier calls that a pattern is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// One that may match has begun.
    pub began: bool,
    /// One that surely matches has succeeded.
    pub succeeded: bool,
}

/// A value that a rule wants to have been supplied by an earlier call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting {
    /// The pattern of the call.
    pub mark: MarkId,
    /// The value, as [`crate::provenance`] writes it.
    pub atom: String,
}

/// What a task did before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// How often each counted rule was used.
    pub uses: BTreeMap<RuleId, u64>,
    /// Earlier calls that rules ask about.
    pub marks: BTreeMap<MarkId, Marked>,
    /// Of the values that the call at hand asks for, those that were supplied, and by which call (`c_…`).
    pub seen: BTreeMap<Sighting, String>,
    /// How many of the task's calls a layer did not see; no entry where it saw all.
    pub unseen: BTreeMap<LayerId, u64>,
}

impl History {
    /// A task that has done nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn marked(&self, mark: MarkId) -> Marked {
        let marked = self.marks.get(&mark).copied().unwrap_or_default();
        Marked { began: marked.began || self.unseen_by(mark.layer) > 0, ..marked }
    }

    /// How often a rule may have been used: each call that its layer did not see may have been a use.
    pub(crate) fn used(&self, rule: RuleId) -> u64 {
        self.uses.get(&rule).copied().unwrap_or(0).saturating_add(self.unseen_by(rule.layer))
    }

    /// How many calls a layer did not see.
    pub(crate) fn unseen_by(&self, layer: LayerId) -> u64 {
        self.unseen.get(&layer).copied().unwrap_or(0)
    }
}

/// Whether a task has read from a source that the policy marks untrusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Taint {
    /// It has not.
    Clean,
    /// It has.
    Tainted,
    /// Nobody knows: as strict as tainted.
    #[default]
    Unknown,
}

/// What one call is to the rules that ask about earlier calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallMarks {
    /// Patterns that it may match.
    pub began: Vec<MarkId>,
    /// Patterns that it surely matches, if it succeeds.
    pub succeeded: Vec<MarkId>,
    /// Of these, the ones that ask what it supplies, and the field of the output that they name.
    pub sources: Vec<(MarkId, Option<crate::provenance::Field>)>,
}

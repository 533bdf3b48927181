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
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which rule, across all layers of a scope: stable for the same texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleId(pub u64);

/// Which pattern of earlier calls: stable for the same texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkId(pub u64);

impl MarkId {
    /// The number of the same pattern with digests named.
    pub(crate) fn of_digests(self, sha256: &[String]) -> Self {
        sha256.iter().fold(self, |id, digest| Self(crate::lower::fnv1a(format!("{} {digest}", id.0).as_bytes())))
    }
}

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
}

impl History {
    /// A task that has done nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn marked(&self, mark: MarkId) -> Marked {
        self.marks.get(&mark).copied().unwrap_or_default()
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

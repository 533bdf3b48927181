//! A scope: the layers of one tool in one task, and the decision.
mod build;
mod decide;
mod environment;
mod files;
mod history;
mod identity;
mod imagined;
mod layer;
mod past;
mod rename;
mod tools;
mod untrusted;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::Kind;
use crate::limits::Limits;
use crate::rule::Word;
pub(crate) use build::Layers;
use files::FileRules;
pub use history::{CallMarks, History, Marked, Sighting, Taint};
pub use identity::{LayerId, MarkId, RuleId, Witnesses};
pub(crate) use identity::{Owner, Wording};
pub use imagined::{Imagined, MOST_ATOMS};
use layer::BoundLayer;
pub(crate) use untrusted::{Untrusted, UntrustedTemplate};

/// A file's text and the name it goes by in messages (`policy.toml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name in messages, records and errors.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The texts that a [`Scope`] is made of: plain data, so that another process can make the same scope again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeTexts {
    /// The tool's manifest.
    pub manifest: Option<Source>,
    /// The operator's policy (the main file and the parts that it includes) and the type of the task. Where the policy has
    /// changed since the task was opened there are two: both decide.
    pub policies: Vec<(Vec<Source>, String)>,
    /// The task's grants: its own, and those of the tasks that it was narrowed from.
    pub grants: Vec<Source>,
    /// The task's parameters.
    pub parameters: BTreeMap<String, String>,
}

/// The layers of one tool in one task. Where a layer was not given it does not bind; where none was given nothing is allowed.
#[derive(Debug)]
pub struct Scope {
    /// Manifest, policies and grants, as far as they were given: in this order.
    layers: Vec<BoundLayer>,
    /// The rules for files of all layers together.
    files: FileRules,
    /// Sources that a policy marks untrusted.
    untrusted: Vec<Untrusted>,
    witnesses: Witnesses,
    limits: Limits,
}

/// As many layers there can be: a manifest, two policies, and the grants of a task and those above it.
pub(crate) const LAYERS: usize = 12;

impl Scope {
    /// The limits: the manifest's values or the defaults, lowered by policy and grant.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The layers whose rules ask what the task did before.
    #[must_use]
    pub fn witnesses(&self) -> &Witnesses {
        &self.witnesses
    }

    /// Whether any file could be made, written or deleted at all, whatever its name: every layer has a rule that opens one,
    /// or asks about files that no rule matches.
    #[must_use]
    pub fn may_write(&self) -> bool {
        let asks = |layer: &BoundLayer| layer.nothing(Kind::Files).word == Word::Ask;
        let mut layers = self.layers.iter().enumerate();
        !self.layers.is_empty() && layers.all(|(at, layer)| asks(layer) || self.files.may_write(at))
    }
}

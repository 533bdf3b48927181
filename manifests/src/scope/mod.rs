//! A scope: the layers of one tool in one task, and the decision.
mod build;
mod decide;
mod environment;
mod files;
mod layer;
mod rename;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;
pub(crate) use build::Layers;
use files::FileRules;
use layer::BoundLayer;

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
    /// The operator's policy and the type of the task.
    pub policy: Option<(Source, String)>,
    /// The task's grant.
    pub grant: Option<Source>,
    /// The task's parameters.
    pub parameters: BTreeMap<String, String>,
}

/// Which rule, across all layers of a scope: stable for the same texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleId(pub u64);

/// How often each counted rule was used before in this task.
pub type History = BTreeMap<RuleId, u64>;

/// The layers of one tool in one task. Where a layer was not given it does not bind; where none was given nothing is allowed.
#[derive(Debug)]
pub struct Scope {
    /// Manifest, policy and grant, as far as they were given: in this order.
    layers: Vec<BoundLayer>,
    /// The rules for files of all layers together.
    files: FileRules,
    limits: Limits,
}

impl Scope {
    /// The limits: the manifest's values or the defaults, lowered by policy and grant.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }
}

//! A scope: the layers of one tool in one task, and the decision.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::path::GuestPath;
use crate::verdict::{Layer, Reason, Verdict};

/// A file's text and the name it goes by in messages (`policy.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Scope {}

impl Scope {
    /// Builds a scope from its texts.
    ///
    /// # Errors
    /// The diagnostics of the first text that cannot be enforced exactly as written.
    pub fn build(_texts: &ScopeTexts) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {})
    }

    /// Decides one access: pure, and the only place where an [`crate::verdict::Allow`] is born.
    pub fn decide(&self, _access: &Access) -> Verdict {
        Verdict::Deny(Reason { layer: Layer::Manifest, rule: None, note: Some("no rule matches".into()) })
    }

    /// Whether any file operation's verdict would be weaker at `to` than at `from`: such a rename or link is refused.
    #[must_use]
    pub fn weaker_at(&self, _from: &GuestPath, _to: &GuestPath) -> bool {
        true
    }

    /// Whether every rule leaves the same rest below both names: only then may a directory move from one to the other.
    #[must_use]
    pub fn same_below(&self, _a: &GuestPath, _b: &GuestPath) -> bool {
        false
    }

    /// The limits: the manifest's values or the defaults, lowered by policy and grant.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits::default()
    }

    /// The environment of a call: each variable that a rule of every layer allows and some layer gives a value.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }
}

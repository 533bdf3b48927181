//! Verdicts: allow, ask or deny, always with the reason.
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::access::Access;

/// Who decided: one of the three layers, or a wall that no layer can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// What the tool may ever need.
    Manifest,
    /// What the operator lets this agent do in this type of task.
    Policy,
    /// What this one task was given.
    Grant,
    /// The mount: read-only, or no mount at all.
    Mount,
    /// A limit was reached.
    Limit,
    /// Structure: what no rule can open (a device, a hard link, a file that Toolward itself loads).
    Builtin,
}

/// One line of a layer that a verdict points at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// The file's name, as the operator knows it (`policy.toml`).
    pub file: Arc<str>,
    /// The line in that file, from 1.
    pub line: u32,
    /// The rule in one line, as in ``deny = ["write"]` on `/repo/**/.env``.
    pub text: Arc<str>,
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The layer whose word was the strictest.
    pub layer: Layer,
    /// The rule, or `None` where nothing matched or no rule was asked.
    pub rule: Option<Arc<RuleRef>>,
    /// What a rule does not say: "no rule matches", "the mount is read-only", "2 hard links".
    pub note: Option<Arc<str>>,
}

/// Proof that every layer allowed an access. Only [`crate::Scope::decide`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    reason: Reason,
    /// The rules whose `times` this call counts against.
    counted: Vec<crate::scope::RuleId>,
}

/// What a scope says of an access.
#[must_use = "a verdict that nobody looks at protects nothing"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every layer allows it.
    Allow(Allow),
    /// A human is asked first.
    Ask(Ask),
    /// It is refused.
    Deny(Reason),
}

/// No layer denies it and at least one wants a human's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    reason: Reason,
    counted: Vec<crate::scope::RuleId>,
}

impl Allow {
    pub(crate) fn new(reason: Reason, counted: Vec<crate::scope::RuleId>) -> Self {
        Self { reason, counted }
    }

    /// The rule that allowed it in the layer that was asked last.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Rules with `times` that this call counts against.
    #[must_use]
    pub fn counted(&self) -> &[crate::scope::RuleId] {
        &self.counted
    }
}

impl Ask {
    pub(crate) fn new(reason: Reason, counted: Vec<crate::scope::RuleId>) -> Self {
        Self { reason, counted }
    }

    /// The rule that asks.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Rules with `times` that this call counts against, once a human said yes.
    pub(crate) fn counted(&self) -> &[crate::scope::RuleId] {
        &self.counted
    }

    /// Turns a human's yes into an [`Allow`]. The name says what it is: whoever calls this speaks for a person.
    #[must_use]
    pub fn approved_by_a_human(self) -> Allow {
        Allow { reason: self.reason, counted: self.counted }
    }
}

impl Verdict {
    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        match self {
            Self::Allow(allow) => &allow.reason,
            Self::Ask(ask) => &ask.reason,
            Self::Deny(reason) => reason,
        }
    }

    /// `allow`, `ask` or `deny`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Allow(_) => "allow",
            Self::Ask(_) => "ask",
            Self::Deny(_) => "deny",
        }
    }

    /// The verdict in one line, for whoever may know why:
    /// ``denied: write /repo/.env — policy.toml:31 `deny = ["write"]` on `/repo/**/.env` ``.
    #[must_use]
    pub fn sentence(&self, access: &Access) -> String {
        let word = match self {
            Self::Allow(_) => "allowed",
            Self::Ask(_) => "needs a human",
            Self::Deny(_) => "denied",
        };
        format!("{word}: {} {} — {}", access.op(), access.resource(), self.reason())
    }
}

impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "manifest",
            Self::Policy => "policy",
            Self::Grant => "grant",
            Self::Mount => "mount",
            Self::Limit => "limit",
            Self::Builtin => "builtin",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.rule, &self.note) {
            (Some(rule), Some(note)) => write!(f, "{rule} {} ({note})", rule.text),
            (Some(rule), None) => write!(f, "{rule} {}", rule.text),
            (None, Some(note)) => write!(f, "{}: {note}", self.layer),
            (None, None) => write!(f, "{}", self.layer),
        }
    }
}

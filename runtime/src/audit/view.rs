//! A record read back, for showing it.
use std::borrow::Cow;

use serde::Deserialize;

/// What a record's body says. The body itself is the evidence; this is for people.
#[derive(Debug, Deserialize)]
pub struct View<'a> {
    /// Its place in its task.
    pub seq: u64,
    /// When.
    #[serde(borrow)]
    pub time: Cow<'a, str>,
    /// The task.
    #[serde(borrow)]
    pub task: Cow<'a, str>,
    /// Who acted.
    #[serde(borrow)]
    pub agent: Option<Cow<'a, str>>,
    /// The call.
    #[serde(borrow)]
    pub call: Option<Cow<'a, str>>,
    /// The tool.
    #[serde(borrow)]
    pub tool: Option<Cow<'a, str>>,
    /// The kind of thing.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// The operation.
    #[serde(borrow)]
    pub op: Cow<'a, str>,
    /// The resource.
    #[serde(borrow)]
    pub resource: Cow<'a, str>,
    /// `allow`, `ask` or `deny`.
    #[serde(borrow)]
    pub verdict: Cow<'a, str>,
    /// Whose word it was.
    #[serde(borrow)]
    pub layer: Option<Cow<'a, str>>,
    /// File and line.
    #[serde(borrow)]
    pub rule: Option<Cow<'a, str>>,
    /// The rule in one line.
    #[serde(borrow)]
    pub rule_text: Option<Cow<'a, str>>,
    /// What no rule says.
    #[serde(borrow)]
    pub note: Option<Cow<'a, str>>,
    /// How far it came.
    #[serde(borrow)]
    pub outcome: Cow<'a, str>,
    /// The guest's error.
    #[serde(borrow)]
    pub error: Option<Cow<'a, str>>,
    /// The refusal's id.
    #[serde(borrow)]
    pub id: Option<Cow<'a, str>>,
    /// The intent that it completes.
    pub intent: Option<u64>,
    /// Whether it was only asked about.
    #[serde(default)]
    pub probe: bool,
    /// Of an archive its number, and the digest of its parts.
    pub archive: Option<u64>,
    /// See `archive`.
    #[serde(borrow)]
    pub parts: Option<Cow<'a, str>>,
    /// The ledger's entry.
    pub batch: u64,
    /// The hash of the record before.
    #[serde(borrow)]
    pub prev: Cow<'a, str>,
}

impl<'a> View<'a> {
    /// Reads a body.
    #[must_use]
    pub fn parse(body: &'a str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }
}

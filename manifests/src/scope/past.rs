//! What a scope asks about a task's past, and what a call is to those questions.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::{CallMarks, Scope, Sighting, Taint};
use crate::access::{Access, Call, Kind};
use crate::condition::{FieldPath, Proof};
use crate::path::GuestPath;
use crate::provenance::Field;
use crate::rule::{CallTool, Rule, ToolPattern};
use crate::value_type::{ValueType, normal_of_any};
use crate::verdict::{Reason, RuleRef, Verdict};

impl Scope {
    /// The rules that decide calls of tools.
    fn tool_rules(&self) -> impl Iterator<Item = &Rule<ToolPattern, CallTool>> {
        self.layers.iter().filter(|layer| layer.decides(Kind::Tools)).flat_map(|layer| &layer.rules.tools)
    }

    /// The rules that decide calls of one tool.
    pub(super) fn rules_about(&self, tool: &str) -> impl Iterator<Item = &Rule<ToolPattern, CallTool>> {
        self.layers.iter().filter(|layer| layer.decides(Kind::Tools)).flat_map(move |layer| layer.about(tool))
    }

    /// The input of a call of a tool with every text that conditions compare by its type (URL, path, e-mail address, host) in
    /// normal form; `None` where all are. What is decided on is what the tool gets, so this comes first.
    #[must_use]
    pub fn normal_input(&self, tool: &str, input: &Value) -> Option<Value> {
        let mut types: BTreeMap<FieldPath, BTreeSet<ValueType>> = BTreeMap::new();
        let mut found = |path: &FieldPath, own| {
            types.entry(path.clone()).or_default().insert(own);
        };
        self.rules_about(tool).for_each(|rule| rule.on.value_types(&mut found));
        self.tool_rules().for_each(|rule| rule.on.value_types_of_earlier(tool, &mut found));
        let mut normal: Option<Value> = None;
        for (path, types) in &types {
            let mut texts = Vec::new();
            path.values(input, &mut |value| texts.extend(value.as_str()));
            if texts.iter().any(|text| normal_of_any(types, text).is_some()) {
                path.change(normal.get_or_insert_with(|| input.clone()), &mut |value| {
                    if let Some(text) = value.as_str().and_then(|text| normal_of_any(types, text)) {
                        *value = Value::String(text);
                    }
                });
            }
        }
        normal
    }

    /// The line by which an access reads from a source that the policy marks untrusted: it taints its task.
    #[must_use]
    pub fn untrusted(&self, access: &Access) -> Option<Arc<RuleRef>> {
        self.untrusted.iter().find_map(|untrusted| untrusted.marks(access)).map(Arc::clone)
    }

    /// The line by which a directory that moves takes something untrusted to where it would not be marked.
    #[must_use]
    pub fn untrusted_by_moving(&self, from: &GuestPath, to: &GuestPath) -> Option<Arc<RuleRef>> {
        self.untrusted.iter().find_map(|untrusted| untrusted.marks_below(from, to)).map(Arc::clone)
    }

    /// Whether it matters if a task is tainted: some rule holds only then, or some source taints.
    #[must_use]
    pub fn asks_taint(&self) -> bool {
        !self.untrusted.is_empty() || self.files.ask_taint() || self.layers.iter().any(|layer| layer.rules.ask_taint())
    }

    /// What a call is to the rules that ask about earlier calls.
    #[must_use]
    pub fn marks(&self, call: &Call) -> CallMarks {
        let mut marks = CallMarks::default();
        for earlier in self.tool_rules().flat_map(|rule| rule.on.earlier()) {
            let proof = earlier.test(call);
            if proof == Proof::Disproved || marks.began.contains(&earlier.mark) {
                continue;
            }
            marks.began.push(earlier.mark);
            if proof == Proof::Proved {
                marks.succeeded.push(earlier.mark);
                if earlier.is_source {
                    marks.sources.push((earlier.mark, earlier.field.clone().map(Field)));
                }
            }
        }
        marks
    }

    /// The values that a call's conditions want earlier calls to have supplied: those that were go into its history.
    #[must_use]
    pub fn sightings(&self, call: &Call) -> Vec<Sighting> {
        let mut sightings = Vec::new();
        for rule in self.rules_about(&call.tool) {
            rule.on.sightings(call, &mut |_, sighting| sightings.push(sighting));
        }
        sightings.sort();
        sightings.dedup();
        sightings
    }

    /// Every layer that does not allow an access, with its word: what would have to change for it to be allowed.
    #[must_use]
    pub fn unopened(&self, access: &Access, taint: Taint) -> Vec<(&'static str, Reason)> {
        let alone = |at: usize| match self.decide_by(access, taint, Some(at)) {
            Verdict::Allow(_) => None,
            verdict => Some((verdict.word(), verdict.reason().clone())),
        };
        (0..self.layers.len()).filter(|&at| self.decides(at, access.kind())).filter_map(alone).collect()
    }

    /// Whether a tool can be called at all, with some input and at some time: what is shown of it to a task.
    #[must_use]
    pub fn may_call(&self, tool: &str, sha256: Option<&str>) -> bool {
        let deciding = || self.layers.iter().filter(|layer| layer.decides(Kind::Tools));
        deciding().count() > 0 && deciding().all(|layer| layer.may_call(tool, sha256))
    }
}

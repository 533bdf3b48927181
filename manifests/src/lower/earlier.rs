//! Earlier calls that a rule asks about: `after`, `not_after` and `seen_in`.
use std::collections::BTreeMap;
use std::ops::Range;

use super::Lowering;
use crate::condition::{EarlierTemplate, FieldPath, Test, TestTemplate};
use crate::file::{At, ConditionFile, EarlierFile, WhereFile};
use crate::scope::Wording;

/// As an earlier call is written: tool, digest, conditions on its input, field of its output.
#[derive(Default)]
struct Written<'f> {
    tool: &'f str,
    sha256: Option<&'f At<String>>,
    input: Option<&'f BTreeMap<At<String>, At<ConditionFile>>>,
    field: Option<&'f At<String>>,
    is_source: bool,
    /// Where it stands in the file.
    at: Range<usize>,
}

impl Lowering<'_> {
    /// The calls of an `after` or a `not_after`.
    pub(super) fn earlier_calls(&mut self, key: &str, written: Option<&At<EarlierFile>>) -> Vec<Wording> {
        let Some(written) = written else { return Vec::new() };
        match &written.value {
            EarlierFile::Several(calls) if calls.is_empty() => {
                self.error(&written.span, format!("`{key}` names nothing"));
                Vec::new()
            }
            EarlierFile::Several(calls) => calls.iter().filter_map(|call| self.earlier_call(key, call)).collect(),
            _ => self.earlier_call(key, written).into_iter().collect(),
        }
    }

    fn earlier_call(&mut self, key: &str, written: &At<EarlierFile>) -> Option<Wording> {
        match &written.value {
            EarlierFile::Tool(tool) => {
                self.called_name(&At { value: tool.clone(), span: written.span.clone() });
                self.earlier_pattern(&Written { tool, at: written.span.clone(), ..Written::default() })
            }
            EarlierFile::Call(call) => {
                self.called_name(&call.tool);
                let (sha256, input) = (call.sha256.as_ref(), call.input.as_ref());
                let at = written.span.clone();
                self.earlier_pattern(&Written { tool: &call.tool, sha256, input, at, ..Written::default() })
            }
            EarlierFile::Several(_) => {
                self.error(&written.span, format!("`{key}` names a list in a list"));
                None
            }
        }
    }

    /// A condition on where a value came from.
    pub(super) fn seen_in(&mut self, table: &WhereFile, tool: &At<String>) -> Option<TestTemplate> {
        if self.within_earlier {
            let help = "say so of a rule for that tool".to_owned();
            self.error_with_help(&tool.span, "where an earlier call's input came from cannot be asked", help);
            return None;
        }
        self.called_name(tool);
        let (sha256, input, field) = (table.sha256.as_ref(), table.input.as_ref(), table.field.as_ref());
        let mark =
            self.earlier_pattern(&Written { tool, sha256, input, field, is_source: true, at: tool.span.clone() })?;
        Some(Test::Seen(mark, field.is_some()))
    }

    /// What says which earlier call says nothing without one.
    pub(super) fn no_seen_in(&mut self, whole: &Range<usize>, table: &WhereFile) {
        let of_input = |input: &BTreeMap<At<String>, _>| input.keys().next().map_or(whole, |key| &key.span).clone();
        let beside = [
            ("sha256", table.sha256.as_ref().map(|own| own.span.clone())),
            ("input", table.input.as_ref().map(of_input)),
            ("field", table.field.as_ref().map(|own| own.span.clone())),
        ];
        for (key, span) in beside {
            if let Some(span) = span {
                self.error(&span, format!("`{key}` says nothing without `seen_in`"));
            }
        }
    }

    fn earlier_pattern(&mut self, written: &Written<'_>) -> Option<Wording> {
        let sha256 = written.sha256.map(|sha256| self.sha256(sha256));
        let field = match written.field {
            Some(field) => Some(self.pattern(&field.span, FieldPath::parse(field))?),
            None => None,
        };
        let json = serde_json::to_string(&(written.tool, &sha256, written.input, written.field));
        let json = json.map_err(|error| self.error(&written.at, error.to_string())).ok()?;
        let mark = Wording::of_pattern(written.is_source, &json);
        let within = std::mem::replace(&mut self.within_earlier, true);
        let input = written.input.map(|input| self.conditions(input, false));
        self.within_earlier = within;
        let (tool, is_source) = (written.tool.to_owned(), written.is_source);
        self.earlier.push(EarlierTemplate { mark, tool, sha256, known: Vec::new(), input, field, is_source });
        Some(mark)
    }
}

//! What keeps a condition from being proved, in words that follow the field's name. No value of the input is told: it may
//! be none of the reader's business.
use serde_json::Value;

use super::{BoundTest, Conditions, Proof, Quantifier, Test, field};
use crate::scope::{History, MarkId};

/// What is known of the task, and the names of the tools that its rule asks about.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    pub(crate) history: Option<&'k History>,
    pub(crate) tool_of: &'k dyn Fn(MarkId) -> Option<&'k str>,
}

impl Conditions {
    /// Each condition that is not proved, and each field that none names.
    pub(crate) fn obstacles(&self, input: &Value, known: Known<'_>) -> Vec<String> {
        let unproved = self.fields.iter().filter_map(|(path, test)| {
            let why = path.first(input, &|value| test.obstacle(value, known))?;
            Some(format!("`{path}` {why}"))
        });
        let unnamed = if self.others_are_open { None } else { field::uncovered(input, self.paths()) };
        let unnamed = unnamed.map(|name| format!("no condition names `{}`", name.escape_debug()));
        let mut obstacles: Vec<_> = unproved.chain(unnamed).collect();
        obstacles.sort_unstable();
        obstacles
    }
}

impl BoundTest {
    /// Why it is not proved of a field's value; `None` where it is.
    fn obstacle(&self, value: Option<&Value>, known: Known<'_>) -> Option<String> {
        if self.on(value, known.history, Quantifier::Every) == Proof::Proved {
            return None;
        }
        Some(match (self, value) {
            (Self::Absent, _) => "is there".to_owned(),
            (_, None) => "is missing".to_owned(),
            (Self::All(tests), value) => return tests.iter().find_map(|test| test.obstacle(value, known)),
            (Self::Any(tests), _) => none_of(tests),
            (Self::Each(test) | Self::Spelled(test) | Self::Optional(test), value) => {
                return test.obstacle(value, known);
            }
            (Self::Seen(mark, _), _) => {
                format!("was not seen in an output of `{}`", (known.tool_of)(*mark).unwrap_or_default())
            }
            (Self::Text(pattern), Some(Value::String(text))) => match pattern.value_type() {
                Some(own) if own.normal(text).is_none() => format!("is no {}", own.noun()),
                _ => format!("is not {}", self.shown()),
            },
            (Self::Is(own), Some(Value::String(_))) => format!("is no {}", own.noun()),
            (Self::Text(_) | Self::Is(_), _) => "is no text".to_owned(),
            (Self::Min(least), Some(Value::Number(_))) => format!("is less than {least}"),
            (Self::Max(most), Some(Value::Number(_))) => format!("is more than {most}"),
            (Self::Number(_) | Self::Min(_) | Self::Max(_), Some(value)) if !value.is_number() => {
                "is no number".to_owned()
            }
            (Self::Length(most), Some(Value::String(_))) => format!("is longer than {most}"),
            (Self::Length(most), Some(Value::Array(_))) => format!("has more than {most} items"),
            (Self::Length(_), _) => "is neither a text nor an array".to_owned(),
            (Self::Number(_) | Self::Bool(_) | Self::Min(_) | Self::Max(_), _) => format!("is not {}", self.shown()),
        })
    }

    /// What it asks for, in short.
    fn shown(&self) -> String {
        match self {
            Test::Text(pattern) => format!("`{pattern}`"),
            Test::Bool(value) => format!("`{value}`"),
            Test::Number(number) | Test::Min(number) | Test::Max(number) => number.to_string(),
            _ => "what the rule says".to_owned(),
        }
    }
}

fn none_of(tests: &[BoundTest]) -> String {
    format!("is none of {}", tests.iter().map(Test::shown).collect::<Vec<_>>().join(", "))
}

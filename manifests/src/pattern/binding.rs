//! Parameters of a template, and the values that a task binds them to.
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::PatternError;

/// A parameter's value. It enters a pattern as literal text: its `*`, `?`, `[` and `{` are no wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The value.
    pub text: String,
    /// Whether the parameter's declaration admits `/`.
    pub slash_ok: bool,
}

/// The task's parameters by name.
pub type Bindings = BTreeMap<String, Binding>;

/// A `{name}` in a template, with the bytes it stands at.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) at: Range<usize>,
}

/// Where a parameter stands does not matter to what a template means.
impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Without its place, so that equal templates have equal texts ([`crate::rule::Resource::key`]).
impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parameter").field(&self.name).finish()
    }
}

impl Parameter {
    /// The parameter's value, where it is one that may stand in any pattern.
    pub(crate) fn value<'b>(&self, bindings: &'b Bindings) -> Result<&'b str, PatternError> {
        let name = &self.name;
        let Some(Binding { text, slash_ok }) = bindings.get(name) else {
            return Err(self.error(format!("the parameter `{name}` is not bound")));
        };
        if text.is_empty() {
            return Err(self.error(format!("the parameter `{name}` is empty")));
        }
        if text.chars().any(char::is_control) {
            return Err(self.error(format!("the parameter `{name}` contains a control character")));
        }
        if text.contains('/') && !slash_ok {
            return Err(self
                .error(format!("the parameter `{name}` contains `/`"))
                .with_help("only a parameter whose declared pattern admits `/` may contain one"));
        }
        Ok(text)
    }

    pub(crate) fn error(&self, message: String) -> PatternError {
        PatternError::new(self.at.clone(), message)
    }
}

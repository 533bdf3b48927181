//! Binding: the task's parameters enter the templates of a rule.
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::file::within;
use crate::pattern::{
    Bindings, HostPattern, HostTemplate, NamePattern, NameTemplate, PathPattern, PathTemplate, PatternError,
    TextPattern, TextTemplate, UrlPattern, UrlTemplate,
};
use crate::scope::Source;

/// A pattern as written, which parameters may be bound in.
pub(crate) trait Template {
    /// What binding gives.
    type Bound;
    /// Puts the parameters' values in.
    fn bind(&self, bindings: &Bindings) -> Result<Self::Bound, PatternError>;
    /// The parameters' names.
    fn parameters(&self) -> Vec<&str>;
}

macro_rules! template {
    ($($template:ident => $pattern:ident),+ $(,)?) => {$(
        impl Template for $template {
            type Bound = $pattern;

            fn bind(&self, bindings: &Bindings) -> Result<$pattern, PatternError> {
                $template::bind(self, bindings)
            }

            fn parameters(&self) -> Vec<&str> {
                $template::parameters(self).collect()
            }
        }
    )+};
}

template! {
    PathTemplate => PathPattern,
    UrlTemplate => UrlPattern,
    HostTemplate => HostPattern,
    NameTemplate => NamePattern,
    TextTemplate => TextPattern,
}

/// A template and the string of the file that it was parsed from. Two are equal where their templates are.
#[derive(Debug, Clone)]
pub(crate) struct Written<T> {
    pub(crate) template: T,
    pub(crate) at: Range<usize>,
}

impl<T: PartialEq> PartialEq for Written<T> {
    fn eq(&self, other: &Self) -> bool {
        self.template == other.template
    }
}

/// The parameters of one task, for the rules of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binder<'a> {
    pub(crate) source: &'a Source,
    pub(crate) bindings: &'a Bindings,
}

impl<T: Template> Written<T> {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<T::Bound, Diagnostic> {
        self.template.bind(binder.bindings).map_err(|error| located(binder.source, &self.at, error))
    }

    /// Every parameter, with the bytes of the file where it stands.
    pub(crate) fn parameters<'t>(&'t self, source: &Source, found: &mut dyn FnMut(&'t str, Range<usize>)) {
        let text = source.text.get(self.at.clone()).unwrap_or_default();
        for name in self.template.parameters() {
            let spelled = format!("{{{name}}}");
            let at = text.find(&spelled).map(|at| self.at.start + at);
            found(name, at.map_or(self.at.clone(), |at| at..at + spelled.len()));
        }
    }
}

/// The diagnostic for an error in a pattern that stands in a string of a file.
pub(crate) fn located(source: &Source, string: &Range<usize>, error: PatternError) -> Diagnostic {
    let span = within(&source.text, string, &error.at);
    Diagnostic::new(source, span, error.message).with_help(error.help)
}

/// What a rule is about, with templates in it.
pub(crate) trait Resource: PartialEq {
    /// The same with patterns.
    type Bound;
    /// Puts the parameters' values in.
    fn bind(&self, binder: Binder<'_>) -> Result<Self::Bound, Diagnostic>;
    /// Every parameter, with the bytes of the file where it stands.
    fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>));
}

impl<T: Template + PartialEq> Resource for Written<T> {
    type Bound = T::Bound;

    fn bind(&self, binder: Binder<'_>) -> Result<T::Bound, Diagnostic> {
        Self::bind(self, binder)
    }

    fn parameters(&self, source: &Source, found: &mut dyn FnMut(&str, Range<usize>)) {
        Self::parameters(self, source, found);
    }
}

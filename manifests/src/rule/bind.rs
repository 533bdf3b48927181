//! Binding: the task's parameters enter the templates of a rule.
use std::fmt;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::file::within;
use crate::pattern::{
    Bindings, EmailPattern, EmailTemplate, HostPattern, HostTemplate, NamePattern, NameTemplate, PathPattern,
    PathTemplate, PatternError, TextPattern, TextTemplate, UrlPattern, UrlTemplate,
};
use crate::scope::{Owner, Source};

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
    EmailTemplate => EmailPattern,
}

/// Told of each parameter: its name, and which bytes of which of the layer's files spell it.
pub(crate) type Found<'f> = &'f mut dyn FnMut(&str, usize, Range<usize>);

/// A template and the string of the file that it was parsed from. Two are equal where their templates are.
#[derive(Clone)]
pub(crate) struct Written<T> {
    pub(crate) template: T,
    /// Which of the layer's files.
    pub(crate) file: usize,
    pub(crate) at: Range<usize>,
}

impl<T: PartialEq> PartialEq for Written<T> {
    fn eq(&self, other: &Self) -> bool {
        self.template == other.template
    }
}

/// Without its place, so that equal templates have equal texts ([`Resource::key`]).
impl<T: fmt::Debug> fmt::Debug for Written<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.template.fmt(f)
    }
}

/// The parameters of one task, for the rules of one layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binder<'a> {
    /// The layer's files.
    pub(crate) sources: &'a [Source],
    pub(crate) bindings: &'a Bindings,
    /// The layer.
    pub(crate) owner: &'a Owner,
}

impl<T> Written<T> {
    pub(crate) fn located(&self, binder: Binder<'_>, error: PatternError) -> Diagnostic {
        match binder.sources.get(self.file) {
            Some(source) => located(source, &self.at, error),
            None => located(&Source::default(), &(0..0), error),
        }
    }
}

impl<T: Template> Written<T> {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<T::Bound, Diagnostic> {
        self.template.bind(binder.bindings).map_err(|error| self.located(binder, error))
    }

    /// Every parameter, with the file and the bytes of it where it stands.
    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        let text = sources.get(self.file).and_then(|source| source.text.get(self.at.clone())).unwrap_or_default();
        for name in self.template.parameters() {
            let spelled = format!("{{{name}}}");
            let at = text.find(&spelled).map(|at| self.at.start + at);
            found(name, self.file, at.map_or(self.at.clone(), |at| at..at + spelled.len()));
        }
    }
}

/// The diagnostic for an error in a pattern that stands in a string of a file.
pub(crate) fn located(source: &Source, string: &Range<usize>, error: PatternError) -> Diagnostic {
    let span = within(&source.text, string, &error.at);
    Diagnostic::new(source, span, error.message).with_help(error.help)
}

/// What a rule is about, with templates in it.
pub(crate) trait Resource: PartialEq + fmt::Debug {
    /// The same with patterns.
    type Bound;
    /// Puts the parameters' values in.
    fn bind(&self, binder: Binder<'_>) -> Result<Self::Bound, Diagnostic>;
    /// Every parameter, with the place where it stands.
    fn parameters(&self, sources: &[Source], found: Found<'_>);
    /// A text that is equal for equal resources, to find duplicates by.
    fn key(&self) -> String {
        format!("{self:?}")
    }
}

impl<T: Template + PartialEq + fmt::Debug> Resource for Written<T> {
    type Bound = T::Bound;

    fn bind(&self, binder: Binder<'_>) -> Result<T::Bound, Diagnostic> {
        Self::bind(self, binder)
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        Self::parameters(self, sources, found);
    }
}

//! Patterns of texts in an input. One of URLs, guest paths, e-mail addresses or hosts compares the value's normal form, and
//! proves nothing of a value that is not in it: what an `allow` matched is what the tool gets.
use std::fmt;

use super::Proof;
use crate::diagnostic::Diagnostic;
use crate::email::EmailAddress;
use crate::path::GuestPath;
use crate::pattern::{
    Bindings, EmailPattern, EmailTemplate, Flavour, Host, HostPattern, HostTemplate, PathPattern, PathTemplate,
    PatternError, Segments, TextPattern, TextTemplate, UrlPattern, UrlTemplate,
};
use crate::rule::{Binder, Found, Written};
use crate::scope::Source;
use crate::url::HttpUrl;
use crate::value_type::ValueType;

/// A pattern as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueTemplate {
    /// Of texts that no rule gives a type.
    Text(Written<TextTemplate>),
    /// Of texts as they are spelled: `as = "text"`.
    Spelling(Written<TextTemplate>),
    /// Of guest paths.
    Path(Written<PathTemplate>),
    /// Of URLs.
    Url { url: Written<UrlTemplate>, query: UrlQuery },
    /// Of e-mail addresses.
    Email(Written<EmailTemplate>),
    /// Of hosts.
    Host(Written<HostTemplate>),
}

/// A pattern with the task's parameters bound.
#[derive(Debug, Clone)]
pub(crate) enum ValuePattern {
    /// Compares the normal form of a type, where one is known.
    Text {
        text: TextPattern,
        value_type: Option<ValueType>,
    },
    Spelling(TextPattern),
    Path(PathPattern),
    Url {
        url: UrlPattern,
        query: UrlQuery,
    },
    Email(EmailPattern),
    Host(HostPattern),
}

/// Which queries the URLs may have that an `allow` matches. An `ask` and a `deny` match whatever the query is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UrlQuery {
    /// Any: the pattern ends in a wildcard.
    Any,
    /// This one, or none.
    Is(Option<String>),
}

impl UrlQuery {
    /// The queries of a pattern as written.
    pub(crate) fn of(written: &str) -> Self {
        if written.ends_with('*') { Self::Any } else { Self::Is(None) }
    }

    fn matches(&self, query: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Is(own) => own.as_deref() == query,
        }
    }
}

impl ValueTemplate {
    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<ValuePattern, Diagnostic> {
        Ok(match self {
            Self::Text(text) => {
                let bound = text.bind(binder)?;
                ValuePattern::of_bound_text(bound).map_err(|error| text.located(binder, error))?
            }
            Self::Spelling(text) => ValuePattern::Spelling(text.bind(binder)?),
            Self::Path(path) => ValuePattern::Path(path.bind(binder)?),
            Self::Url { url, query } => ValuePattern::Url { url: url.bind(binder)?, query: query.clone() },
            Self::Email(email) => ValuePattern::Email(email.bind(binder)?),
            Self::Host(host) => ValuePattern::Host(host.bind(binder)?),
        })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        match self {
            Self::Text(text) | Self::Spelling(text) => text.parameters(sources, found),
            Self::Path(path) => path.parameters(sources, found),
            Self::Url { url, .. } => url.parameters(sources, found),
            Self::Email(email) => email.parameters(sources, found),
            Self::Host(host) => host.parameters(sources, found),
        }
    }
}

impl ValuePattern {
    /// A text that a parameter may have made a pattern of another type: one without wildcards is the normal form of what it
    /// spells, and a wildcard must not take what a path or a URL resolves.
    fn of_bound_text(text: TextPattern) -> Result<Self, PatternError> {
        if let Some(literal) = text.literal() {
            return Ok(Self::literally(literal).unwrap_or(Self::Text { text, value_type: None }));
        }
        let written = text.to_string();
        let help = |error: PatternError, what: &str| error.with_help(format!("a value that begins {what}"));
        if written.starts_with('/') {
            let path = PathTemplate::parse(&written).and_then(|path| path.bind(&Bindings::new()));
            return path.map(Self::Path).map_err(|error| help(error, "with `/` makes this a pattern of guest paths"));
        }
        if is_url_form(&written) {
            return Self::url(&written).map_err(|error| help(error, "as a URL does makes this a pattern of URLs"));
        }
        Ok(Self::Text { text, value_type: None })
    }

    /// Of one text that shows its type by itself.
    fn literally(literal: &str) -> Option<Self> {
        let own = ValueType::of_text(literal)?;
        let normal = own.normal(literal)?;
        let (before, query) = match normal.split_once('?') {
            Some((before, query)) if own == ValueType::Url => (before, Some(query.to_owned())),
            _ => (normal.as_str(), None),
        };
        let mut pattern = Self::Text { text: TextPattern::literally(before), value_type: None };
        pattern.give_type(own);
        if let Self::Url { query: of_pattern, .. } = &mut pattern {
            *of_pattern = UrlQuery::Is(query);
        } else if query.is_some() {
            pattern = Self::Text { text: TextPattern::literally(&normal), value_type: Some(own) };
        }
        Some(pattern)
    }

    fn url(written: &str) -> Result<Self, PatternError> {
        let url = UrlTemplate::parse(written)?.bind(&Bindings::new())?;
        Ok(Self::Url { url, query: UrlQuery::of(written) })
    }

    /// The pattern, of a text that the tool's schema says to be of a type. One that is not written as a pattern of that type
    /// is compared with the normal form as a text.
    pub(crate) fn give_type(&mut self, own: ValueType) {
        let Self::Text { text, value_type: None } = self else { return };
        let (written, none) = (text.to_string(), Bindings::new());
        let typed = match own {
            ValueType::Url => Self::url(&written).ok(),
            ValueType::Path => PathTemplate::parse(&written).and_then(|path| path.bind(&none)).ok().map(Self::Path),
            ValueType::Email => EmailTemplate::parse(&written).and_then(|own| own.bind(&none)).ok().map(Self::Email),
            ValueType::Host => HostTemplate::parse(&written).and_then(|host| host.bind(&none)).ok().map(Self::Host),
        };
        *self = typed.unwrap_or_else(|| Self::Text { text: text.clone(), value_type: Some(own) });
    }

    /// The type of the texts that it is about.
    pub(crate) fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::Text { value_type, .. } => *value_type,
            Self::Spelling(_) => None,
            Self::Path(_) => Some(ValueType::Path),
            Self::Url { .. } => Some(ValueType::Url),
            Self::Email(_) => Some(ValueType::Email),
            Self::Host(_) => Some(ValueType::Host),
        }
    }

    /// Whether a text matches. What is not of the type is neither proved nor disproved, and what is not in normal form is
    /// not proved.
    pub(crate) fn test(&self, given: &str) -> Proof {
        let tested = match self {
            Self::Text { text, value_type: None } | Self::Spelling(text) => return text_matches(text, given),
            Self::Text { text, value_type: Some(own) } => {
                own.normal(given).map(|normal| (text_matches(text, &normal), normal == given))
            }
            Self::Path(pattern) => GuestPath::normalised(given).ok().map(|path| {
                let segments = Segments::new(&path);
                let matches = |flavour| pattern.matches_segments(&segments, flavour);
                let proof = Proof::matched(matches(Flavour::Exact), || matches(Flavour::Folded));
                (proof, path.as_str() == given)
            }),
            Self::Url { url: pattern, query } => HttpUrl::parse(given).ok().map(|url| {
                let exactly = pattern.matches(&url) && query.matches(url.query());
                (Proof::matched(exactly, || pattern.matches_folded(&url)), url.as_str() == given)
            }),
            Self::Email(pattern) => EmailAddress::parse(given).map(|address| {
                let proof = Proof::matched(pattern.matches(&address), || pattern.matches_folded(&address));
                (proof, address.to_string() == given)
            }),
            Self::Host(pattern) => Host::parse(given).ok().map(|host| {
                let proof = Proof::matched(pattern.matches(&host), || pattern.matches_folded(&host));
                (proof, host.bare() == given)
            }),
        };
        match tested {
            None | Some((Proof::Proved, false)) => Proof::Unknown,
            Some((proof, _)) => proof,
        }
    }
}

fn text_matches(pattern: &TextPattern, text: &str) -> Proof {
    Proof::matched(pattern.matches(text), || pattern.matches_folded(text))
}

/// Whether a pattern begins as one of URLs.
pub(crate) fn is_url_form(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| ["http", "https"].iter().any(|own| own.eq_ignore_ascii_case(scheme)))
}

impl fmt::Display for ValuePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text, .. } | Self::Spelling(text) => text.fmt(f),
            Self::Path(path) => path.fmt(f),
            Self::Url { url, .. } => url.fmt(f),
            Self::Email(email) => email.fmt(f),
            Self::Host(host) => host.fmt(f),
        }
    }
}

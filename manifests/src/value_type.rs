//! Types of texts in an input: a condition on a text of a type compares what the text means, and not its spelling.
//!
//! Each type has a normal form. A tool gets its input with every such text in that form, so what was decided on is what
//! it opens, sends or asks for. No text is of two types, so the order in which they are tried does not matter.
use std::collections::BTreeSet;

use crate::email::EmailAddress;
use crate::path::GuestPath;
use crate::pattern::Host;
use crate::url::HttpUrl;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ValueType {
    /// An `http` or `https` URL: [`HttpUrl`].
    Url,
    /// An absolute guest path: [`GuestPath::normalised`].
    Path,
    /// One e-mail address: [`EmailAddress`].
    Email,
    /// A host name or an IP address, alone: [`Host`].
    Host,
}

impl ValueType {
    /// Every type.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 4] = [Self::Url, Self::Path, Self::Email, Self::Host];

    /// The type of a JSON Schema's `format` (2020-12, Validation, section 7.3).
    pub(crate) fn of_format(format: &str) -> Option<Self> {
        match format {
            "uri" | "iri" => Some(Self::Url),
            "email" | "idn-email" => Some(Self::Email),
            "hostname" | "idn-hostname" => Some(Self::Host),
            _ => None,
        }
    }

    /// The type that a text shows by itself: any but a host, which may as well be a word.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let shown = match text {
            _ if text.starts_with('/') => Self::Path,
            _ if text.contains("://") => Self::Url,
            // `left-pad@latest` is no address of anybody.
            _ if text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.')) => Self::Email,
            _ => return None,
        };
        shown.normal(text).map(|_| shown)
    }

    /// The normal form of a text; `None` where it is not of this type.
    pub(crate) fn normal(self, text: &str) -> Option<String> {
        match self {
            Self::Url => HttpUrl::parse(text).ok().map(|url| url.as_str().to_owned()),
            Self::Path => GuestPath::normalised(text).ok().map(String::from),
            Self::Email => EmailAddress::parse(text).map(|address| address.to_string()),
            Self::Host => Host::parse(text).ok().map(|host| host.bare()),
        }
    }

    /// With its article, as in: `x` is no URL.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Url => "`http` or `https` URL",
            Self::Path => "absolute path without `..`",
            Self::Email => "single e-mail address",
            Self::Host => "host",
        }
    }
}

/// The normal form of a text that is of any of these types, where it is not in that form yet. A text of two types that
/// have different forms for it would stay as it is, and then be in the normal form of neither.
pub(crate) fn normal_of_any(types: &BTreeSet<ValueType>, text: &str) -> Option<String> {
    let mut forms = types.iter().filter_map(|own| own.normal(text));
    let form = forms.next()?;
    (form != text && forms.all(|other| other == form)).then_some(form)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts that are nearly of some type.
    fn text() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "http://",
            "HTTPS://",
            "/",
            "//",
            ".",
            "..",
            "@",
            "a",
            "B",
            "%61",
            "%2e",
            "%2F",
            ":80",
            ":",
            "?q=1",
            "#f",
            "[::1]",
            "::1",
            "10.1",
            "0x7f",
            "é",
            "\u{212a}",
            "*",
            " ",
            "\\",
            "x.example",
            "-",
            "_",
            "+",
            "\u{ff0e}",
            "xn--",
            "\u{ff20}",
        ]);
        prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, cases: 4096, ..Default::default() })]

        #[test]
        fn a_normal_form_is_its_own_normal_form(text in text()) {
            for own in ValueType::ALL {
                if let Some(normal) = own.normal(&text) {
                    prop_assert_eq!(own.normal(&normal), Some(normal), "{:?} {}", own, text);
                }
            }
        }

        /// So the value of a field to which rules give several types has one meaning.
        #[test]
        fn no_text_is_of_two_types(text in text()) {
            let of: Vec<_> = ValueType::ALL.into_iter().filter(|own| own.normal(&text).is_some()).collect();
            prop_assert!(of.len() < 2, "{} is {:?}", text, of);
        }
    }

    #[test]
    fn a_normal_form_has_no_second_spelling() {
        for (own, text, normal) in [
            (ValueType::Url, "HTTP://H:80/pub/../a/%61dmin/./x#f", Some("http://h/a/admin/x")),
            (ValueType::Url, "https://h", Some("https://h/")),
            (ValueType::Url, "https://u@h/", None),
            (ValueType::Url, "ftp://h/", None),
            (ValueType::Url, "//h/", None),
            (ValueType::Path, "/a/./b//c/", Some("/a/b/c")),
            (ValueType::Path, "//", Some("/")),
            (ValueType::Path, "/a/../b", None),
            (ValueType::Path, "a/b", None),
            (ValueType::Email, "Ana@X.example.", Some("Ana@x.example")),
            (ValueType::Host, "X.example.", Some("x.example")),
            (ValueType::Host, "0x7f.1", Some("127.0.0.1")),
            (ValueType::Host, "[::0:1]", Some("::1")),
            (ValueType::Host, "h:80", None),
        ] {
            assert_eq!(own.normal(text).as_deref(), normal, "{own:?} {text}");
        }
        assert_eq!(normal_of_any(&BTreeSet::from([ValueType::Url, ValueType::Path]), "/a/"), Some("/a".to_owned()));
        assert_eq!(normal_of_any(&BTreeSet::from([ValueType::Url, ValueType::Path]), "/a"), None);
        assert_eq!(normal_of_any(&BTreeSet::from([ValueType::Url]), "/a/"), None);
    }
}

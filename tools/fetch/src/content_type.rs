//! What a body is: by its `Content-Type`, and where that says nothing, by itself.

use crate::body::Body;

/// A media type, as far as it matters here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ContentType {
    /// `type/subtype` in lower case, or nothing.
    pub(crate) essence: String,
    /// The parameter.
    pub(crate) charset: Option<String>,
}

/// What is done with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It becomes Markdown.
    Html,
    /// Text that may begin with an XML declaration.
    Xml,
    /// Any other text.
    Text,
    /// No text.
    Bytes,
    /// Only its content can tell.
    Unknown,
}

impl ContentType {
    /// Parses a header's value; what is no type is none. MIME Sniffing Standard, section 4.4, without what we do not need.
    pub(crate) fn parse(value: &str) -> Self {
        let mut parts = value.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        if !essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype)) {
            return Self::default();
        }
        let charset = parts.filter_map(|part| part.split_once('=')).find_map(|(name, value)| {
            let value = value.trim().trim_matches('"').trim();
            (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
        });
        Self { essence, charset }
    }

    /// What is done with a body of this type.
    pub(crate) fn kind(&self) -> Kind {
        match self.essence.as_str() {
            "text/html" | "application/xhtml+xml" => Kind::Html,
            "text/xml" | "application/xml" => Kind::Xml,
            "application/json" | "application/javascript" | "application/ecmascript" => Kind::Text,
            "application/zip" | "application/gzip" | "application/pdf" | "application/wasm" => Kind::Bytes,
            essence if essence.ends_with("+xml") => Kind::Xml,
            essence if essence.ends_with("+json") => Kind::Text,
            essence => match essence.split('/').next() {
                Some("text") => Kind::Text,
                Some("image" | "audio" | "video" | "font") => Kind::Bytes,
                _ => Kind::Unknown,
            },
        }
    }

    /// The same, with a look at the body where the type does not tell.
    pub(crate) fn kind_of(&self, body: &Body) -> Kind {
        match self.kind() {
            Kind::Unknown if !is_text(body) => Kind::Bytes,
            Kind::Unknown if self.essence.is_empty() && is_html(&body.bytes) => Kind::Html,
            Kind::Unknown => Kind::Text,
            known @ (Kind::Html | Kind::Xml | Kind::Text | Kind::Bytes) => known,
        }
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// UTF-8 without NUL, be it cut within a character, or with a byte order mark of UTF-16.
fn is_text(body: &Body) -> bool {
    let utf8 = || match str::from_utf8(&body.bytes) {
        Ok(_) => true,
        Err(error) => !body.whole && error.error_len().is_none(),
    };
    body.bytes.starts_with(b"\xff\xfe") || body.bytes.starts_with(b"\xfe\xff") || (!body.bytes.contains(&0) && utf8())
}

fn is_html(bytes: &[u8]) -> bool {
    let begins = |with: &[u8]| bytes.trim_ascii_start().get(..with.len()).is_some_and(|b| b.eq_ignore_ascii_case(with));
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests {
    use super::{ContentType, Kind};
    use crate::body::Body;

    fn of(content_type: &str, bytes: &[u8]) -> Kind {
        ContentType::parse(content_type).kind_of(&Body { bytes: bytes.to_vec(), whole: true })
    }

    #[test]
    fn types_and_their_charset() {
        let parsed = |value| {
            let ContentType { essence, charset } = ContentType::parse(value);
            (essence, charset.unwrap_or_default())
        };
        assert_eq!(parsed(" Text/HTML ; Charset=\"ISO-8859-1\" "), ("text/html".into(), "ISO-8859-1".into()));
        assert_eq!(parsed("text/plain;format=flowed;charset=utf-8"), ("text/plain".into(), "utf-8".into()));
        assert_eq!(parsed("text/plain; charset="), ("text/plain".into(), String::new()));
        assert_eq!(parsed("html; charset=utf-8"), (String::new(), String::new()));
        assert_eq!(parsed(""), (String::new(), String::new()));
    }

    #[test]
    fn a_type_says_what_is_done() {
        for (content_type, kind) in [
            ("text/html", Kind::Html),
            ("application/xhtml+xml", Kind::Html),
            ("image/svg+xml", Kind::Xml),
            ("application/ld+json", Kind::Text),
            ("text/markdown; charset=utf-8", Kind::Text),
            ("image/png", Kind::Bytes),
            ("application/pdf", Kind::Bytes),
        ] {
            assert_eq!(of(content_type, b"any"), kind, "{content_type}");
        }
    }

    #[test]
    fn where_the_type_says_nothing_the_content_does() {
        assert_eq!(of("application/toml", "a = 'ñ'".as_bytes()), Kind::Text);
        assert_eq!(of("application/octet-stream", b"\x7fELF\0"), Kind::Bytes);
        assert_eq!(of("", b"\n<!DOCTYPE html><p>"), Kind::Html);
        assert_eq!(of("", b"\xff\xfea\0"), Kind::Text);
        assert_eq!(of("", b"caf\xe9"), Kind::Bytes);
        assert_eq!(of("", b""), Kind::Text);
        let cut = Body { bytes: b"a\xc3".to_vec(), whole: false };
        assert_eq!(ContentType::default().kind_of(&cut), Kind::Text);
    }
}

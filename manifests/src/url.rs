//! HTTP URLs as they are decided on and as they are sent: parsed once, by WHATWG rules.

/// A parsed `http` or `https` URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpUrl(::url::Url);

impl HttpUrl {
    /// The URL as text: exactly what is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

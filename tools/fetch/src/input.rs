//! What can be asked for.

use guest::Failure;
use serde::Deserialize;

/// Bytes that an answer's body is read for at most, whatever was asked for.
const MOST_BYTES: usize = 8 << 20;

/// Redirects that are followed at most, whatever was asked for.
const MOST_REDIRECTS: usize = 10;

/// A page or a file at a URL.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Where: `http://` or `https://`.
    #[cfg_attr(test, schemars(extend("format" = "uri")))]
    pub url: String,
    /// Fetch it, or look at its status, type and length alone.
    #[serde(default)]
    pub method: Method,
    /// What to make of it.
    #[serde(default)]
    pub format: Format,
    /// Read this much of it, in bytes, after decompression.
    #[serde(default = "one_mebibyte")]
    #[cfg_attr(test, schemars(range(min = 1, max = MOST_BYTES)))]
    pub max_bytes: usize,
    /// Follow this many redirects. 0: answer with the redirect itself.
    #[serde(default = "five")]
    #[cfg_attr(test, schemars(range(max = MOST_REDIRECTS)))]
    pub max_redirects: usize,
    /// The `Accept` header: the types that are wanted.
    #[serde(default)]
    pub accept: Option<String>,
    /// The `Accept-Language` header: the languages that are wanted.
    #[serde(default)]
    pub accept_language: Option<String>,
}

/// A request method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// All of it.
    #[default]
    Get,
    /// What is said about it.
    Head,
}

/// What becomes of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HTML as Markdown, with absolute links and without scripts and styles; any other text as it is.
    #[default]
    Markdown,
    /// Text as it is, HTML too.
    Text,
    /// Bytes of any type, in `base64`.
    Raw,
}

impl Input {
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let wrong = |what: String| Err(Failure::new(what));
        if self.max_bytes == 0 || self.max_bytes > MOST_BYTES {
            return wrong(format!("`max_bytes` is from 1 to {MOST_BYTES}"));
        }
        if self.max_redirects > MOST_REDIRECTS {
            return wrong(format!("`max_redirects` is {MOST_REDIRECTS} at most"));
        }
        for (name, value) in [("accept", &self.accept), ("accept_language", &self.accept_language)] {
            let printable = |text: &String| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            if !value.as_ref().is_none_or(printable) {
                return wrong(format!("`{name}` has characters that no header can have"));
            }
        }
        Ok(())
    }
}

fn one_mebibyte() -> usize {
    1 << 20
}

fn five() -> usize {
    5
}

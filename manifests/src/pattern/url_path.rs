//! A URL's path split once, as sent and folded.
use super::escape;

/// The segments of a URL's path, with their percent-encodings as single characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UrlPath {
    exact: Vec<String>,
    /// Without the empty ones, which many servers skip.
    folded: Vec<String>,
    ends_in_slash: bool,
}

impl UrlPath {
    /// Splits a path that begins with `/`. A `/` at the end makes no segment.
    pub(crate) fn new(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (body, ends_in_slash) = path.strip_suffix('/').map_or((path, false), |body| (body, true));
        let segments = body.split('/').filter(|_| !path.is_empty());
        let exact: Vec<String> = segments.map(|segment| escape::decode(segment).into_owned()).collect();
        let folded = exact.iter().filter(|segment| !segment.is_empty());
        let folded = folded.map(|segment| escape::fold(segment).into_owned()).collect();
        Self { exact, folded, ends_in_slash }
    }

    pub(crate) fn exact(&self) -> &[String] {
        &self.exact
    }

    pub(crate) fn folded(&self) -> &[String] {
        &self.folded
    }

    pub(crate) fn ends_in_slash(&self) -> bool {
        self.ends_in_slash
    }
}

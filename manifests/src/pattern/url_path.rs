//! A URL's path split once: as it is sent, and as servers may read it.
use super::escape;
use super::glob::Glob;
use super::reading::{self, MAX_PATH_READINGS, MAX_SEGMENT_READINGS};

/// The segments of a URL's path, with their percent-encodings as single characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UrlPath {
    sent: Vec<SentSegment>,
    /// Folded, and without the empty segments, which many servers skip; `None` where there are too many readings.
    readings: Option<Vec<Vec<ReadSegment>>>,
    ends_in_slash: bool,
}

/// A segment as it is sent: for `allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentSegment {
    text: String,
    wildcards: Wildcards,
}

/// Which wildcards of an `allow` match a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wildcards {
    /// All.
    Any,
    /// `**`, and those of a pattern that matches every one of these readings too.
    IfRead(Vec<String>),
    /// `**`: a server may take the segment for several, none of which is a dot segment.
    Deep,
    /// None: a server may take the segment for structure.
    None,
}

/// A segment of a reading, folded: for `ask` and `deny`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadSegment {
    text: String,
    is_last: bool,
}

impl UrlPath {
    /// Splits a path that begins with `/`. A `/` at the end makes no segment.
    pub(crate) fn new(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (body, ends_in_slash) = path.strip_suffix('/').map_or((path, false), |body| (body, true));
        let decoded = escape::decode(body);
        let is_plain = decoded.split('/').all(reading::is_plain);
        let readings = if is_plain {
            Some(vec![read_segments(&decoded)])
        } else {
            reading::readings(format!("/{decoded}"), MAX_PATH_READINGS).map(folded)
        };
        let count = if path.is_empty() { 0 } else { decoded.split('/').count() };
        let segments = decoded.split('/').take(count).zip((0..count).rev());
        let sent = segments.map(|(text, behind)| SentSegment {
            text: text.to_owned(),
            wildcards: if is_plain { Wildcards::Any } else { Wildcards::of(text, behind == 0 && !ends_in_slash) },
        });
        Self { sent: sent.collect(), readings, ends_in_slash }
    }

    pub(crate) fn sent(&self) -> &[SentSegment] {
        &self.sent
    }

    /// The paths that a server may take this one for; `None` where that is not known.
    pub(crate) fn readings(&self) -> Option<&[Vec<ReadSegment>]> {
        self.readings.as_deref()
    }

    pub(crate) fn ends_in_slash(&self) -> bool {
        self.ends_in_slash
    }
}

/// The readings folded, each once.
fn folded(readings: Vec<String>) -> Vec<Vec<ReadSegment>> {
    let mut folded = Vec::with_capacity(readings.len());
    for reading in readings {
        let segments = read_segments(&reading);
        if !folded.contains(&segments) {
            folded.push(segments);
        }
    }
    folded
}

fn read_segments(path: &str) -> Vec<ReadSegment> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut segments: Vec<_> =
        segments.map(|segment| ReadSegment { text: escape::fold(segment).into_owned(), is_last: false }).collect();
    segments.last_mut().into_iter().for_each(|last| last.is_last = true);
    segments
}

impl SentSegment {
    /// Whether a pattern of one segment matches it.
    pub(crate) fn matches(&self, glob: &Glob) -> bool {
        glob.matches(&self.text) && (glob.literal().is_some() || self.is_open_to(glob))
    }

    fn is_open_to(&self, glob: &Glob) -> bool {
        match &self.wildcards {
            Wildcards::Any => !self.text.is_empty(),
            Wildcards::IfRead(readings) => {
                readings.iter().all(|reading| glob.matches_by(reading, reading::decoded_text))
            }
            Wildcards::Deep | Wildcards::None => false,
        }
    }

    /// Whether `**` may take it.
    pub(crate) fn is_open_to_deep(&self) -> bool {
        self.wildcards != Wildcards::None
    }
}

impl Wildcards {
    fn of(segment: &str, is_last: bool) -> Self {
        if reading::is_plain(segment) {
            return Self::Any;
        }
        let is_structure = |c| escape::is_structure(c) || escape::byte_of(c).is_some();
        // Behind an encoded `?` or `#` a server may see no path.
        let ends_path = |c| !is_last && matches!(escape::ascii_of(c), Some('?' | '#'));
        if segment.contains(|c| is_structure(c) || ends_path(c)) {
            return Self::None;
        }
        let Some(readings) = reading::readings(segment.to_owned(), MAX_SEGMENT_READINGS) else { return Self::None };
        if readings.iter().flat_map(|reading| reading.split('/')).any(is_no_name) {
            return Self::None;
        }
        if readings.iter().any(|reading| reading.contains('/')) { Self::Deep } else { Self::IfRead(readings) }
    }
}

/// Whether a segment is empty, or only dots and spaces.
fn is_no_name(segment: &str) -> bool {
    segment.chars().all(|c| c == '.' || c.is_whitespace())
}

impl ReadSegment {
    /// Whether a pattern of one segment matches it: as it is; without what follows a dot, which frameworks take for the
    /// format of the answer (`admin.json`); or any name that Windows shortens so (`ADMINI~1`).
    pub(crate) fn is_caught_by(&self, glob: &Glob) -> bool {
        glob.matches_folded(&self.text)
            || self.is_last && glob.matches_folded_stem(&self.text)
            || short_name(&self.text).any(|beginning| glob.may_begin_folded(beginning))
    }
}

/// What the long name may begin with that Windows shortens to this one: `admini` for `admini~1.txt`. From the fifth such
/// name on a checksum of four digits stands before the `~`.
fn short_name(text: &str) -> impl Iterator<Item = &str> {
    let beginning = text.split_once('~').and_then(|(beginning, behind)| {
        let (number, extension) = behind.split_once('.').unwrap_or((behind, ""));
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let is_short = beginning.chars().count() + number.len() <= 7 && extension.chars().count() <= 3;
        (is_number && is_short && !beginning.is_empty()).then_some(beginning)
    });
    let without_checksum = beginning.and_then(|beginning| {
        let (first, checksum) = beginning.split_at_checked(beginning.len().checked_sub(4)?)?;
        checksum.bytes().all(|b| b.is_ascii_hexdigit()).then_some(first)
    });
    beginning.into_iter().chain(without_checksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_tells_how_the_long_one_begins() {
        let begins = |text| short_name(text).collect::<Vec<_>>();
        assert_eq!(begins("admini~1"), ["admini"]);
        assert_eq!(begins("ad12ef~1.htm"), ["ad12ef", "ad"]);
        for text in ["~1", "~user", "admin", "admin~", "admin~x", "administrator~1", "admini~1.html", "a~1~2"] {
            assert_eq!(begins(text), [""; 0], "{text}");
        }
    }
}

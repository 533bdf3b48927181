//! Searching one file.

use std::io;
use std::path::Path;

use grep_matcher::{LineTerminator, Matcher};
use grep_regex::RegexMatcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkContextKind, SinkMatch};
use guest::decode::Decoded;
use guest::{Root, text};

use crate::output::{Found, Match};

/// Bytes of one line in an answer.
const MOST_LINE: usize = 400;
/// Bytes that one line may take in memory.
const MOST_HEAP: usize = 8 << 20;

pub(crate) fn searcher(context: usize) -> Searcher {
    SearcherBuilder::new()
        .line_number(true)
        .before_context(context)
        .after_context(context)
        // Its beginning has told already whether it is text.
        .binary_detection(BinaryDetection::none())
        .heap_limit(Some(MOST_HEAP))
        .line_terminator(LineTerminator::crlf())
        // What is searched is UTF-8 by then.
        .bom_sniffing(false)
        .build()
}

/// At most `room` matches from the file `path`, which the answer calls `name`.
pub(crate) fn search(
    root: &Root,
    path: &Path,
    name: &str,
    matcher: &RegexMatcher,
    searcher: &mut Searcher,
    room: usize,
) -> io::Result<Found> {
    let text = Decoded::new(root.open(path)?)?;
    let mut lines = Lines { name, matcher, room, before: Vec::new(), found: Found::default() };
    if text.about.binary {
        lines.found.binary = true;
        return Ok(lines.found);
    }
    searcher.search_reader(matcher, text, &mut lines)?;
    Ok(lines.found)
}

/// Gathers the lines that the searcher reports.
struct Lines<'a> {
    name: &'a str,
    matcher: &'a RegexMatcher,
    room: usize,
    /// Lines of context that belong to the match to come.
    before: Vec<String>,
    found: Found,
}

impl Sink for Lines<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, hit: &SinkMatch<'_>) -> io::Result<bool> {
        if self.found.matches.len() >= self.room {
            self.found.truncated = true;
            return Ok(false);
        }
        let line = text::without_end(hit.bytes());
        let start = self.matcher.find(line).map_err(io::Error::other)?.map_or(0, |m| m.start());
        let (ahead, rest) = line.split_at(start);
        let ahead = String::from_utf8_lossy(ahead);
        let whole = format!("{ahead}{}", String::from_utf8_lossy(rest));
        let (text, cut) = text::window(&whole, ahead.len(), MOST_LINE);
        self.found.matches.push(Match {
            path: self.name.to_owned(),
            line: hit.line_number().unwrap_or_default(),
            column: ahead.chars().count() as u64 + 1,
            text: text.to_owned(),
            cut,
            before: std::mem::take(&mut self.before),
            after: Vec::new(),
        });
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, context: &SinkContext<'_>) -> io::Result<bool> {
        let line = String::from_utf8_lossy(text::without_end(context.bytes()));
        let line = text::head(&line, MOST_LINE).to_owned();
        match (context.kind(), self.found.matches.last_mut()) {
            (SinkContextKind::After, Some(last)) => last.after.push(line),
            _ => self.before.push(line),
        }
        Ok(true)
    }

    fn binary_data(&mut self, _: &Searcher, _: u64) -> io::Result<bool> {
        self.found.binary = true;
        Ok(false)
    }
}

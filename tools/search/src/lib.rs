//! Searches files with a regular expression, on ripgrep's own crates. Single-threaded, as a component is.

mod file;
mod input;
mod output;
#[cfg(test)]
mod tests;
mod walk;

pub use input::{Case, Input};
pub use output::{Match, Output, Skipped};

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use guest::{Failure, Root};

/// Bytes of line text in one answer: with JSON's escapes it stays under the manifest's limit on output.
const MOST_TEXT: usize = 1 << 20;

/// Searches.
///
/// # Errors
/// A pattern or glob that does not parse, a root that is not there.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let matcher = matcher(&input)?;
    let place = root.place(&input.root);
    let mut searcher = file::searcher(input.context.into());
    let mut output = Output::default();
    for entry in walk::files(&place, &input)? {
        if output.matches.len() >= input.max_results || output.text_bytes >= MOST_TEXT {
            output.truncated = true;
            break;
        }
        let Ok(path) = entry else {
            output.skipped.unreadable += 1;
            continue;
        };
        let room = input.max_results - output.matches.len();
        match file::search(root, &path, &place.name(&path), &matcher, &mut searcher, room) {
            Ok(found) => output.add(found),
            Err(_) => output.skipped.unreadable += 1,
        }
    }
    Ok(output)
}

fn matcher(input: &Input) -> Result<RegexMatcher, Failure> {
    RegexMatcherBuilder::new()
        .fixed_strings(input.literal)
        .word(input.word)
        .case_insensitive(input.case == Case::Insensitive)
        .case_smart(input.case == Case::Smart)
        .line_terminator(Some(b'\n'))
        .build(&input.pattern)
        .map_err(|e| Failure::new(format!("`{}` is not a regular expression: {e}", input.pattern)))
}

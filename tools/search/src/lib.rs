//! Searches files with a regular expression, on ripgrep's own crates. Single-threaded, as a component is.

mod file;
mod input;
mod output;
#[cfg(test)]
mod tests;
mod walk;

pub use input::{Case, Input};
pub use output::{Bound, Match, Output, Skipped};

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use guest::{Failure, Patience, Root};
use walk::Unreached;

/// Bytes of line text in one answer: with JSON's escapes it stays under the manifest's limit on output.
const MOST_TEXT: usize = 1 << 20;

/// Files that one search opens. Each is up to three accesses, and a call may make 100,000.
const MOST_FILES: u64 = 25_000;

/// Searches.
///
/// # Errors
/// A pattern or glob that does not parse, a root that is not there.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let matcher = matcher(&input)?;
    let place = root.place(&input.root);
    let mut searcher = file::searcher(input.context.into());
    let mut output = Output::default();
    let patience = Patience::of_arguments()?;
    for entry in walk::files(&place, &input)? {
        if let Some(bound) = reached(&output, &input, &patience) {
            output.cut_by(bound);
            break;
        }
        let path = match entry {
            Ok(path) => path,
            Err(Unreached { path, why }) => {
                output.skipped.unreadable.add(&place.name(&path), &why);
                continue;
            }
        };
        let (name, room) = (place.name(&path), input.max_results - output.matches.len());
        match file::search(root, &path, &name, &matcher, &mut searcher, room) {
            Ok(found) => output.add(found),
            Err(error) => output.skipped.unreadable.add(&name, &Failure::why(&error)),
        }
    }
    Ok(output)
}

/// The bound that a search has come to.
fn reached(output: &Output, input: &Input, patience: &Patience) -> Option<Bound> {
    if output.matches.len() >= input.max_results {
        return Some(Bound::MaxResults);
    }
    if output.text_bytes >= MOST_TEXT {
        return Some(Bound::Size);
    }
    if output.files_searched + output.skipped.binary + output.skipped.unreadable.count >= MOST_FILES {
        return Some(Bound::Files);
    }
    patience.is_over().then_some(Bound::Time)
}

fn matcher(input: &Input) -> Result<RegexMatcher, Failure> {
    RegexMatcherBuilder::new()
        .fixed_strings(input.literal)
        .word(input.word)
        .case_insensitive(input.case == Case::Insensitive)
        .case_smart(input.case == Case::Smart)
        // `$` stands before CRLF as well.
        .multi_line(true)
        .crlf(true)
        .build(&input.pattern)
        .map_err(|e| Failure::new(format!("`{}` is not a regular expression: {e}", input.pattern)))
}

//! Replaces text in a file exactly: what is not in the file, or is there more often than meant, is not replaced.

mod input;
mod output;
mod replace;
mod store;
#[cfg(test)]
mod tests;

pub use input::Input;
pub use output::{Output, Written};

use std::io::{self, Read};

use guest::{Failure, Place, Root};

/// The largest file that is edited.
const MOST: u64 = 4 << 20;

/// Edits, or creates.
///
/// # Errors
/// A file that is not there, not text, too large or not to be written; text that is not found as often as expected.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let place = root.place(&input.path);
    if input.create {
        return create(root, &place, &input);
    }
    let Some(old) = input.old.as_deref().filter(|old| !old.is_empty()) else {
        return Err(Failure::new("`old` says what to replace, unless `create` is true"));
    };
    let before = content(root, &place)?;
    let (after, replacements) = replace::replace(&before, old, &input)?;
    let way = store::way(root, &place, &before, &input)?;
    // The answer comes first: where it is too much for the limits of the call, the file is as it was.
    let answer = Output::new(&place, &before, &after, replacements);
    if input.dry_run {
        return Ok(answer);
    }
    let written = store::store(root, &place, &after, way, &input)?;
    Ok(answer.with(written))
}

fn create(root: &Root, place: &Place, input: &Input) -> Result<Output, Failure> {
    if input.old.is_some() || input.all || input.count.is_some() || input.atomic.is_some() {
        return Err(Failure::new("`create` takes `path`, `new` and `dry_run` only"));
    }
    let answer = Output::new(place, "", &input.new, 0);
    if input.dry_run {
        store::is_free(root, place)?;
        return Ok(answer);
    }
    store::create(root, place, &input.new)?;
    Ok(answer.with(Written::Created))
}

fn content(root: &Root, place: &Place) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::at("read", place.guest(), &error);
    let file = root.open(place.real()).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST {
        return Err(Failure::new(format!("`{}` is too large to edit: more than {} MiB", place.guest(), MOST >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("`{}` is not UTF-8 text", place.guest())))
}

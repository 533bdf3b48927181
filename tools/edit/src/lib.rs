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

use guest::decode::{self, Text};
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
    let file = content(root, &place)?;
    let before = &file.text;
    let (after, replacements) = replace::replace(before, old, &input)?;
    let bytes = file.encode(&after).map_err(|character| foreign(character, &file, &place))?;
    let way = store::way(root, &place, before, &input)?;
    // The answer comes first: where it is too much for the limits of the call, the file is as it was.
    let answer = Output::new(&place, before, &after, replacements).of(&file, bytes.len());
    if input.dry_run {
        return Ok(answer);
    }
    let written = store::store(root, &place, &bytes, way, &input)?;
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
    store::create(root, place, input.new.as_bytes())?;
    Ok(answer.with(Written::Created))
}

fn content(root: &Root, place: &Place) -> Result<Text, Failure> {
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
    let text = decode::text(&bytes).ok_or_else(|| Failure::new(format!("`{}` is no text", place.guest())))?;
    if text.lossy {
        let (path, charset) = (place.guest(), text.charset.name());
        return Err(Failure::new(format!("`{path}` has bytes that are no text in {charset}: an edit would lose them")));
    }
    Ok(text)
}

fn foreign(character: char, file: &Text, place: &Place) -> Failure {
    let (path, charset) = (place.guest(), file.charset.name());
    Failure::new(format!("`{path}` is in {charset}, which has no `{}`", character.escape_debug()))
}

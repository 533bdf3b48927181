//! What the filter is run on.

use std::io::{self, Read};

use guest::{Failure, Place, Root, decode};
use jaq_json::Val;

use crate::{Format, Input, format};

/// The largest file that is read.
const MOST: u64 = 4 << 20;

/// Each value that the filter is run on.
pub(crate) fn values(root: &Root, input: &Input) -> Result<Vec<Val>, Failure> {
    let values = match (&input.path, &input.data) {
        (Some(_), Some(_)) => return Err(Failure::new("`path` and `data` exclude each other")),
        (None, _) if input.format.is_some() => return Err(Failure::new("`format` goes with `path`")),
        (Some(path), None) => in_file(&root.place(path), root, input.format)?,
        (None, Some(data)) => vec![format::from_json(data)],
        (None, None) => vec![Val::Null],
    };
    Ok(if input.slurp { vec![values.into_iter().collect()] } else { values })
}

fn in_file(place: &Place, root: &Root, format: Option<Format>) -> Result<Vec<Val>, Failure> {
    let path = place.guest();
    let format = format.or_else(|| Format::of(path));
    let format = format.ok_or_else(|| Failure::new(format!("`{path}` does not tell its format: give `format`")))?;
    let text = text(place, root)?;
    format.parse(&text).map_err(|why| Failure::new(format!("`{path}` does not parse: {why}")))
}

fn text(place: &Place, root: &Root) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::at("read", place.guest(), &error);
    let file = root.open(place.real()).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST {
        return Err(Failure::new(format!("`{}` is too large: more than {} MiB", place.guest(), MOST >> 20)));
    }
    let text = decode::text(&bytes).ok_or_else(|| Failure::new(format!("`{}` is no text", place.guest())))?;
    if text.lossy {
        return Err(Failure::new(format!("`{}` has bytes that are no text in {}", place.guest(), text.charset.name())));
    }
    Ok(text.text)
}

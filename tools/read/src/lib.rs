//! Reads one file: a range of lines or of bytes, as text, without pouring a binary or a huge file into the answer.

mod bytes;
mod input;
mod lines;
mod output;
#[cfg(test)]
mod tests;

pub use input::{Bytes, Input, Lines};
pub use output::{Encoding, Output};

use std::io;

use guest::decode::Decoded;
use guest::{Failure, Root};

/// Reads.
///
/// # Errors
/// A file that cannot be opened or read; both ranges at once.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let place = root.place(&input.path);
    let failed = |error: io::Error| Failure::at("read", place.guest(), &error);
    if input.lines.is_some() && input.bytes.is_some() {
        return Err(Failure::new("`lines` and `bytes` exclude each other"));
    }
    let file = root.open(place.real()).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let text = Decoded::new(file).map_err(failed)?;
    let mut output = Output::of(place.guest(), about.len(), Encoding::of(text.about));
    match (&input.bytes, output.encoding) {
        (Some(range), _) => bytes::read(&mut text.into_inner(), range, &mut output),
        (None, Encoding::Binary) => Ok(()),
        (None, _) => lines::read(text, &input.lines.unwrap_or_default(), input.line_numbers, &mut output),
    }
    .map_err(failed)?;
    Ok(output)
}

//! Reads one file: a range of lines or of bytes, as text, without pouring a binary or a huge file into the answer.

mod bytes;
mod input;
mod lines;
mod output;
#[cfg(test)]
mod tests;

pub use input::{Bytes, Input, Lines};
pub use output::{Encoding, Output};

use std::fs::File;
use std::io::{self, Read, Seek};

use guest::{Failure, Root};

/// Bytes at the beginning that tell text from binary: a NUL among them is binary, as for `git` and `grep`.
const SNIFF: u64 = 8 << 10;

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
    let mut file = root.open(place.real()).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut output = Output::of(place.guest(), about.len());
    if is_binary(&mut file).map_err(failed)? {
        output.encoding = Encoding::Binary;
    }
    match (&input.bytes, output.encoding) {
        (Some(range), _) => bytes::read(&mut file, range, &mut output),
        (None, Encoding::Binary) => Ok(()),
        (None, Encoding::Utf8 | Encoding::Lossy) => {
            lines::read(file, &input.lines.unwrap_or_default(), input.line_numbers, &mut output)
        }
    }
    .map_err(failed)?;
    Ok(output)
}

fn is_binary(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.by_ref().take(SNIFF).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head.contains(&0))
}

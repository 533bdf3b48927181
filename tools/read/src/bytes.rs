//! A range of bytes: of UTF-8 as text, of anything else as hexadecimal digits.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::Bytes;
use crate::output::{Encoding, First, MOST_TEXT, Output};

/// Fills `output` with the bytes of `range`: as text at whole characters, or as hexadecimal digits.
pub(crate) fn read(file: &mut File, range: &Bytes, output: &mut Output) -> io::Result<()> {
    let mut bytes = Vec::new();
    // Only of UTF-8 a part of the bytes is a part of the text.
    let as_text = matches!(output.encoding, Encoding::Utf8 | Encoding::Lossy);
    let most = if as_text { MOST_TEXT } else { MOST_TEXT / 2 };
    file.seek(SeekFrom::Start(range.first))?;
    file.take(range.count.min(most as u64)).read_to_end(&mut bytes)?;
    let mut first = range.first;
    let mut shown = bytes.as_slice();
    if !as_text {
        output.hex = Some(hex(shown));
    } else {
        let cut = cut_at_start(shown);
        first += cut as u64;
        shown = shown.get(cut..).unwrap_or_default();
        shown = shown.get(..shown.len() - cut_at_end(shown)).unwrap_or_default();
        output.push(shown);
    }
    output.truncated = first.saturating_add(shown.len() as u64) < output.size;
    output.first = Some(First::Byte { first_byte: first, bytes: shown.len() as u64 });
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Bytes at the beginning that continue a character begun before.
fn cut_at_start(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|byte| **byte & 0b1100_0000 == 0b1000_0000).count()
}

/// Bytes at the end that begin a character which ends after.
fn cut_at_end(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.len() - error.valid_up_to(),
        Ok(_) | Err(_) => 0,
    }
}

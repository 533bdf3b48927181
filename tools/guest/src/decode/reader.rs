//! Files of any size as UTF-8, piece by piece.

use std::io::{self, Cursor, Read};

use super::{Charset, HEAD, Sniffed, sniff};

/// Bytes that are read at a time; even, so that UTF-16 is read in whole units.
const PIECE: usize = 64 << 10;

/// A reader whose bytes are those of another one as UTF-8, without a byte order mark. What is UTF-8 passes as it is, errors in it
/// too: whoever shows it replaces them.
#[derive(Debug)]
pub struct Decoded<R> {
    /// What the beginning told.
    pub about: Sniffed,
    head: Cursor<Vec<u8>>,
    rest: R,
    /// Decoded bytes that were not taken yet.
    ready: Cursor<Vec<u8>>,
    /// Bytes of a character that is not complete.
    kept: Vec<u8>,
}

impl<R: Read> Decoded<R> {
    /// Reads the beginning of `inner`, and tells the charset by it.
    ///
    /// # Errors
    /// As `inner`'s.
    pub fn new(mut inner: R) -> io::Result<Self> {
        let mut head = Vec::new();
        // One byte more tells whether the file goes on.
        inner.by_ref().take(HEAD as u64 + 1).read_to_end(&mut head)?;
        let about = sniff(&head, true);
        let mut head = Cursor::new(head);
        head.set_position(about.mark as u64);
        Ok(Self { about, head, rest: inner, ready: Cursor::default(), kept: Vec::new() })
    }

    /// The reader itself, wherever it stands.
    pub fn into_inner(self) -> R {
        self.rest
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.kept);
        let before = bytes.len();
        (&mut self.head).chain(&mut self.rest).take((PIECE - before) as u64).read_to_end(&mut bytes)?;
        let is_end = bytes.len() < PIECE;
        let whole = if is_end { bytes.len() } else { complete(self.about.charset, &bytes) };
        self.kept = bytes.split_off(whole);
        self.ready = Cursor::new(self.about.charset.decode(&bytes).0.into_bytes());
        Ok(())
    }
}

/// How many of these bytes are whole characters: half a pair of surrogates waits for the other half.
fn complete(charset: Charset, bytes: &[u8]) -> usize {
    let last = bytes.last_chunk::<2>().map(|last| match charset {
        Charset::Utf16Be => u16::from_be_bytes(*last),
        Charset::Utf16Le | Charset::Utf8 | Charset::Windows1252 => u16::from_le_bytes(*last),
    });
    match (charset, last) {
        (Charset::Utf16Le | Charset::Utf16Be, Some(0xd800..0xdc00)) => bytes.len() - 2,
        _ => bytes.len(),
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.about.charset == Charset::Utf8 {
            return match self.head.read(buffer)? {
                0 => self.rest.read(buffer),
                read => Ok(read),
            };
        }
        if self.ready.position() >= self.ready.get_ref().len() as u64 {
            self.fill()?;
        }
        self.ready.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Charset, Decoded};

    fn through(bytes: &[u8]) -> (String, Charset) {
        let mut reader = Decoded::new(bytes).unwrap();
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        (String::from_utf8(text).unwrap(), reader.about.charset)
    }

    #[test]
    fn large_files_are_the_same_text_piece_by_piece() {
        let text = "añ€😀\r\n".repeat(40_000);
        let utf_16 = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
        };
        assert_eq!(through(text.as_bytes()), (text.clone(), Charset::Utf8));
        assert_eq!(through(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), (text.clone(), Charset::Utf8));
        assert_eq!(through(&utf_16(u16::to_le_bytes, [0xff, 0xfe])), (text.clone(), Charset::Utf16Le));
        assert_eq!(through(&utf_16(u16::to_be_bytes, [0xfe, 0xff])), (text.clone(), Charset::Utf16Be));
        let latin = "é".repeat(200_000);
        assert_eq!(through(&vec![0xe9; 200_000]), (latin, Charset::Windows1252));
    }

    #[test]
    fn an_empty_file_is_an_empty_text() {
        assert_eq!(through(b""), (String::new(), Charset::Utf8));
        assert_eq!(through(b"\xff\xfe"), (String::new(), Charset::Utf16Le));
    }
}

//! Text from bytes: the one place that tells which charset a file is in. All tools read files through it, so that one file is
//! the same text for each of them; `tools/README.md` has the table.
//!
//! Written here and not taken from a library: four charsets take a screen, a library of all of them is larger than most tools.

mod charset;
mod reader;

pub use charset::Charset;
pub use reader::Decoded;

/// Bytes at the beginning of a file that tell its charset.
pub const HEAD: usize = 64 << 10;
/// Bytes at the beginning that tell text from binary: a NUL among them is binary, as for `git` and `grep`.
const BINARY_HEAD: usize = 8 << 10;

/// What the beginning of a file tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// How its bytes are to be read.
    pub charset: Charset,
    /// Bytes of a byte order mark, which is not part of the text.
    pub mark: usize,
    /// Whether it is no text at all.
    pub binary: bool,
}

/// The text of a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it was decoded from.
    pub charset: Charset,
    /// The byte order mark that stood before it.
    pub mark: Vec<u8>,
    /// Whether some bytes meant nothing: they stand as U+FFFD.
    pub lossy: bool,
}

/// Tells the charset of a file by its first [`HEAD`] bytes; `whole` says that `head` is all of it. A byte order mark decides. Else it
/// is UTF-8 where the bytes are that, or have more characters of several bytes in it than errors; else windows-1252.
#[must_use]
pub fn sniff(head: &[u8], whole: bool) -> Sniffed {
    let whole = whole && head.len() <= HEAD;
    let head = head.get(..HEAD).unwrap_or(head);
    for (mark, charset) in [
        (&b"\xef\xbb\xbf"[..], Charset::Utf8),
        (&b"\xff\xfe"[..], Charset::Utf16Le),
        (&b"\xfe\xff"[..], Charset::Utf16Be),
    ] {
        if head.starts_with(mark) {
            return Sniffed { charset, mark: mark.len(), binary: false };
        }
    }
    let binary = head.iter().take(BINARY_HEAD).any(|byte| *byte == 0);
    let charset = if is_utf8(head, whole) { Charset::Utf8 } else { Charset::Windows1252 };
    Sniffed { charset, mark: 0, binary }
}

fn is_utf8(head: &[u8], whole: bool) -> bool {
    let (mut characters, mut errors) = (0_usize, 0_usize);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        characters += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        // The head may end within a character.
        let cut = chunks.peek().is_none()
            && !whole
            && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        errors += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    errors == 0 || characters > errors
}

/// Decodes a whole file; `None` where it is binary.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<Text> {
    let Sniffed { charset, mark, binary } = sniff(bytes, true);
    if binary {
        return None;
    }
    let (mark, content) = bytes.split_at_checked(mark)?;
    let (text, lossy) = charset.decode(content);
    Some(Text { text, charset, mark: mark.to_vec(), lossy })
}

impl Text {
    /// Bytes of another text in the charset of this one, with the same byte order mark.
    ///
    /// # Errors
    /// The first character that the charset does not have.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, char> {
        Ok([self.mark.clone(), self.charset.encode(text)?].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, HEAD, sniff, text};

    fn decoded(bytes: &[u8]) -> (String, Charset, bool) {
        let text = text(bytes).unwrap();
        (text.text, text.charset, text.lossy)
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_no_part_of_the_text() {
        assert_eq!(decoded(b"\xef\xbb\xbfa\xc3\xa9"), ("aé".into(), Charset::Utf8, false));
        assert_eq!(decoded(b"\xff\xfea\0\xac\x20"), ("a€".into(), Charset::Utf16Le, false));
        assert_eq!(decoded(b"\xfe\xff\0a\xd8\x3d\xde\x00"), ("a😀".into(), Charset::Utf16Be, false));
        assert_eq!(decoded(b"\xff\xfea"), ("\u{fffd}".into(), Charset::Utf16Le, true));
    }

    #[test]
    fn without_a_mark_it_is_utf_8_or_windows_1252() {
        assert_eq!(decoded(b"plain\r\n"), ("plain\r\n".into(), Charset::Utf8, false));
        assert_eq!(decoded("naïve €".as_bytes()), ("naïve €".into(), Charset::Utf8, false));
        assert_eq!(decoded(b"caf\xe9 \x80"), ("café €".into(), Charset::Windows1252, false));
        assert_eq!(decoded(b"\x81\x8d"), ("\u{81}\u{8d}".into(), Charset::Windows1252, false));
        assert_eq!(decoded(b"\xc3\xa9\xc3\xa8\xff"), ("éè\u{fffd}".into(), Charset::Utf8, true));
    }

    #[test]
    fn a_nul_without_a_mark_is_binary() {
        assert_eq!(text(b"a\0b"), None);
        assert!(sniff(b"a\0b", true).binary && !sniff(b"\xff\xfea\0", true).binary);
    }

    #[test]
    fn a_head_may_end_within_a_character() {
        let long = format!("{}é", "a".repeat(HEAD - 1));
        assert_eq!(decoded(long.as_bytes()).1, Charset::Utf8);
        assert_eq!(sniff(long.as_bytes(), true).charset, Charset::Utf8);
        assert_eq!(sniff(b"a\xc3", false).charset, Charset::Utf8);
        assert_eq!(sniff(b"a\xc3", true).charset, Charset::Windows1252);
    }

    #[test]
    fn what_was_decoded_is_encoded_the_same() {
        for bytes in [
            &b"\xef\xbb\xbfa\xc3\xa9"[..],
            b"\xff\xfea\0\xac\x20",
            b"\xfe\xff\0a\xd8\x3d\xde\x00",
            b"caf\xe9 \x80\x81",
            b"a\r\n",
        ] {
            let text = text(bytes).unwrap();
            assert_eq!(text.encode(&text.text).unwrap(), bytes);
        }
        assert_eq!(text(b"caf\xe9").unwrap().encode("caf漢"), Err('漢'));
        let every: Vec<u8> = (0x80..=0xff).collect();
        assert_eq!(Charset::Windows1252.encode(&Charset::Windows1252.decode(&every).0).unwrap(), every);
    }
}

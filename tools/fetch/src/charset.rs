//! Bytes as text, in the charset that they are in.

use encoding_rs::{CoderResult, Encoding, UTF_8, WINDOWS_1252};
use guest::decode::{self, Charset};

use crate::body::Body;
use crate::content_type::Kind;
use crate::meta;

/// Bytes of output that room is made for at a time.
const STEP: usize = 64 << 10;

#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) charset: &'static str,
    /// Whether there were bytes that mean nothing.
    pub(crate) lossy: bool,
}

/// Decodes. What tells the charset, the first that does: a byte order mark, `declared` (by the header), the document itself;
/// else it is UTF-8 where it can be, and windows-1252.
pub(crate) fn decode(body: &Body, declared: Option<&str>, kind: Kind) -> Decoded {
    let bytes = body.bytes.as_slice();
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default(), body.whole);
    }
    let by_header = || declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let by_itself = || match kind {
        Kind::Html => meta::html(bytes),
        Kind::Xml => meta::xml(bytes),
        Kind::Text | Kind::Bytes | Kind::Unknown => None,
    };
    let encoding = by_header().or_else(by_itself).unwrap_or_else(|| guess(bytes, body.whole));
    decode_as(encoding, bytes, body.whole)
}

/// As all tools tell it where nothing else does. Without a byte order mark it is one of two.
fn guess(bytes: &[u8], whole: bool) -> &'static Encoding {
    match decode::sniff(bytes, whole).charset {
        Charset::Windows1252 => WINDOWS_1252,
        Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be => UTF_8,
    }
}

/// A character that the end of a part cuts is left out.
fn decode_as(encoding: &'static Encoding, mut bytes: &[u8], whole: bool) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + STEP);
    let mut lossy = false;
    loop {
        let (result, read, replaced) = decoder.decode_to_string(bytes, &mut text, whole);
        lossy |= replaced;
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            CoderResult::InputEmpty => return Decoded { text, charset: encoding.name(), lossy },
            CoderResult::OutputFull => text.reserve(STEP),
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, SHIFT_JIS};

    use super::decode;
    use crate::body::Body;
    use crate::content_type::Kind;

    fn decoded(bytes: &[u8], declared: Option<&str>, kind: Kind) -> (String, &'static str) {
        let decoded = decode(&Body { bytes: bytes.to_vec(), whole: true }, declared, kind);
        assert!(!decoded.lossy, "{decoded:?}");
        (decoded.text, decoded.charset)
    }

    #[test]
    fn what_tells_the_charset_is_asked_in_order() {
        let page = |charset: &str| [b"<meta charset=", charset.as_bytes(), b">\xe9"].concat();
        let text = |bytes: &[u8], declared| decoded(bytes, declared, Kind::Html);
        assert_eq!(text(b"\xef\xbb\xbf\xc3\xa9", Some("koi8-r")), ("é".into(), "UTF-8"));
        assert_eq!(text(b"\xfe\xff\0\xe9", Some("utf-8")), ("é".into(), "UTF-16BE"));
        assert_eq!(text(&page("koi8-r"), Some("iso-8859-1")).0, "<meta charset=koi8-r>é");
        assert_eq!(text(&page("koi8-r"), Some("no-such")).0, "<meta charset=koi8-r>И");
        assert_eq!(text(&page("koi8-r"), None).1, "KOI8-R");
        assert_eq!(text("é".as_bytes(), None), ("é".into(), "UTF-8"));
        assert_eq!(text(b"\x80\xe9", None), ("€é".into(), "windows-1252"));
    }

    #[test]
    fn only_html_has_meta_and_only_xml_a_declaration() {
        assert_eq!(decoded(b"<meta charset=koi8-r>\xe9", None, Kind::Text).1, "windows-1252");
        let xml = b"<?xml version='1.0' encoding='ISO-8859-2'?>\xe6";
        assert_eq!(
            decoded(xml, None, Kind::Xml),
            (format!("{}ć", "<?xml version='1.0' encoding='ISO-8859-2'?>"), "ISO-8859-2")
        );
    }

    #[test]
    fn charsets_of_more_bytes() {
        for (encoding, label) in [(SHIFT_JIS, "sjis"), (GB18030, "gb18030")] {
            let (bytes, ..) = encoding.encode("漢字と仮名");
            assert_eq!(decoded(&bytes, Some(label), Kind::Text).0, "漢字と仮名", "{label}");
        }
    }

    #[test]
    fn a_part_never_ends_within_a_character() {
        for (bytes, declared) in
            [(&b"a\xe2\x82"[..], None), (b"a\x83", Some("shift_jis")), (b"a\0\x3d\xd8", Some("utf-16le"))]
        {
            let decoded = decode(&Body { bytes: bytes.to_vec(), whole: false }, declared, Kind::Text);
            assert_eq!((decoded.text.as_str(), decoded.lossy), ("a", false), "{declared:?}");
            let all = decode(&Body { bytes: bytes.to_vec(), whole: true }, declared.or(Some("utf-8")), Kind::Text);
            assert_eq!((all.text.as_str(), all.lossy), ("a\u{fffd}", true), "{declared:?}");
        }
    }

    #[test]
    fn long_texts_grow_as_they_are_decoded() {
        let bytes = vec![0xe9; 1 << 20];
        assert_eq!(decoded(&bytes, None, Kind::Text).0, "é".repeat(1 << 20));
    }
}

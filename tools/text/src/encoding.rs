//! Bytes as text, and back.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::{Content, Encoding};

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn encode(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Base64 => BASE64.encode(bytes),
        Encoding::Base64url => BASE64URL_NOPAD.encode(bytes),
        Encoding::Hex => HEXLOWER.encode(bytes),
        Encoding::Percent => percent_encode(bytes, RESERVED).to_string(),
    }
}

pub(crate) fn decode(text: &str, encoding: Encoding) -> Result<Content, String> {
    let bytes = match encoding {
        Encoding::Base64 => digits(&BASE64_NOPAD, text.trim_ascii_end().trim_end_matches('=')),
        Encoding::Base64url => digits(&BASE64URL_NOPAD, text.trim_ascii_end().trim_end_matches('=')),
        Encoding::Hex => digits(&HEXLOWER_PERMISSIVE, text),
        Encoding::Percent => percent(text),
    }
    .map_err(|why| format!("this is no {}: {why}", name(encoding)))?;
    Ok(String::from_utf8(bytes).map_or_else(|error| Content::Bytes(error.into_bytes()), Content::Text))
}

fn digits(code: &data_encoding::Encoding, text: &str) -> Result<Vec<u8>, String> {
    // Positions are told in the text without its space, so only where it has none.
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    code.decode(&compact).map_err(
        |error| {
            if compact.len() == text.len() { error.to_string() } else { error.kind.to_string() }
        },
    )
}

fn percent(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(format!("two hexadecimal digits must follow the `%` at {at}"));
        }
    }
    Ok(percent_decode_str(text).collect())
}

fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Base64 => "base64",
        Encoding::Base64url => "base64url",
        Encoding::Hex => "hex",
        Encoding::Percent => "percent-encoding",
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::{Content, Encoding};

    const ALL: [Encoding; 4] = [Encoding::Base64, Encoding::Base64url, Encoding::Hex, Encoding::Percent];

    fn decoded(text: &str, encoding: Encoding) -> Result<Vec<u8>, String> {
        decode(text, encoding).map(|content| crate::bytes(&content).to_vec())
    }

    #[test]
    fn each_encoding() {
        let written = ALL.map(|encoding| encode("añ>?~".as_bytes(), encoding));
        assert_eq!(written, ["YcOxPj9+", "YcOxPj9-", "61c3b13e3f7e", "a%C3%B1%3E%3F~"]);
        assert_eq!(ALL.map(|encoding| encode(b"\xff", encoding)), ["/w==", "_w", "ff", "%FF"]);
    }

    #[test]
    fn what_was_encoded_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        for encoding in ALL {
            for bytes in [&all[..], b"", b"a", b"ab", b"abc"] {
                assert_eq!(decoded(&encode(bytes, encoding), encoding).as_deref(), Ok(bytes), "{encoding:?}");
            }
        }
    }

    #[test]
    fn text_comes_as_text_and_what_is_none_as_bytes() {
        assert!(matches!(decode("w7E=", Encoding::Base64), Ok(Content::Text(text)) if text == "ñ"));
        assert!(matches!(decode("ff", Encoding::Hex), Ok(Content::Bytes(bytes)) if bytes == [0xff]));
    }

    #[test]
    fn space_padding_and_case_are_forgiven() {
        assert_eq!(decoded("YW\r\n Jj\n", Encoding::Base64), Ok(b"abc".to_vec()));
        assert_eq!(decoded("YQ", Encoding::Base64), Ok(b"a".to_vec()));
        assert_eq!(decoded("_w==\n", Encoding::Base64url), Ok(vec![0xff]));
        assert_eq!(decoded("C3 b1", Encoding::Hex), Ok("ñ".as_bytes().to_vec()));
        assert_eq!(decoded("a+b", Encoding::Percent), Ok(b"a+b".to_vec()));
    }

    #[test]
    fn anything_else_is_an_error() {
        for (text, encoding, error) in [
            ("a*b=", Encoding::Base64, "this is no base64: invalid symbol at 1"),
            ("a b*", Encoding::Base64, "this is no base64: invalid symbol"),
            ("_w", Encoding::Base64, "this is no base64: invalid symbol at 0"),
            ("/w", Encoding::Base64url, "this is no base64url: invalid symbol at 0"),
            ("abc", Encoding::Hex, "this is no hex: invalid length at 2"),
            ("50%", Encoding::Percent, "this is no percent-encoding: two hexadecimal digits must follow the `%` at 2"),
            ("%é1", Encoding::Percent, "this is no percent-encoding: two hexadecimal digits must follow the `%` at 0"),
        ] {
            assert_eq!(decoded(text, encoding), Err(error.to_owned()), "{text}");
        }
    }
}

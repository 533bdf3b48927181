//! Writes JSON objects of one line, with their fields in the order in which they are added.

use toolward_host_fns::record::{MAX_RECORDED_TEXT, recorded_len};

use crate::state::SecretKey;

/// An object under construction at the end of a buffer.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    pub(super) fn close(self) {
        self.out.push(b'}');
    }

    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        text(self.out, value);
        self
    }

    /// A text that ends with a separator (which needs no escape) and a number.
    pub(super) fn text_and_number(&mut self, key: &str, value: &str, between: u8, last: u32) -> &mut Self {
        self.text(key, value);
        self.out.pop();
        self.out.push(between);
        number(self.out, last.into());
        self.out.push(b'"');
        self
    }

    /// A text, or `null`.
    pub(super) fn text_or_null(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(key, value),
            None => self.raw(key, b"null"),
        }
    }

    /// A text, or no field at all.
    pub(super) fn text_if(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    /// A text that was cut where it takes too much: then its whole length and a keyed digest follow.
    pub(super) fn bounded(&mut self, key: &str, value: &str, digest: &SecretKey) -> &mut Self {
        if recorded_len(value) <= MAX_RECORDED_TEXT {
            return self.text(key, value);
        }
        let mut room = MAX_RECORDED_TEXT;
        let fits = |c: &char| match room.checked_sub(recorded_len(c.encode_utf8(&mut [0; 4]))) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        let kept: String = value.chars().take_while(fits).collect();
        self.text(key, &format!("{kept}…"));
        self.number(&format!("{key}_bytes"), u64::try_from(value.len()).unwrap_or(u64::MAX));
        let digest = blake3::keyed_hash(&digest.0, value.as_bytes());
        self.hex(&format!("{key}_digest"), "blake3-keyed:", digest.as_bytes())
    }

    pub(super) fn number(&mut self, key: &str, value: u64) -> &mut Self {
        self.key(key);
        number(self.out, value);
        self
    }

    /// A number, or no field at all.
    pub(super) fn number_if(&mut self, key: &str, value: Option<u64>) -> &mut Self {
        match value {
            Some(value) => self.number(key, value),
            None => self,
        }
    }

    /// A text of a prefix and lower-case hex digits.
    pub(super) fn hex(&mut self, key: &str, prefix: &str, bytes: &[u8]) -> &mut Self {
        self.key(key);
        self.out.push(b'"');
        self.out.extend_from_slice(prefix.as_bytes());
        hex(self.out, bytes);
        self.out.push(b'"');
        self
    }

    /// What is JSON already.
    pub(super) fn raw(&mut self, key: &str, json: &[u8]) -> &mut Self {
        self.key(key);
        self.out.extend_from_slice(json);
        self
    }

    /// Keys are ours: plain letters.
    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}

/// Writes a string. Besides what JSON asks for, everything is escaped that could change how a terminal or an editor shows
/// the line, so that even `cat` of an export is safe.
fn text(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    if value.bytes().all(is_plain) {
        out.extend_from_slice(value.as_bytes());
    } else {
        value.chars().for_each(|c| character(out, c));
    }
    out.push(b'"');
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'
}

fn character(out: &mut Vec<u8>, c: char) {
    match c {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        c if super::escape::is_unsafe(c) => {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.extend_from_slice(b"\\u");
                hex(out, &unit.to_be_bytes());
            }
        }
        c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const fn digit(nibble: u8) -> u8 {
        if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
    }
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
}

fn number(out: &mut Vec<u8>, value: u64) {
    let start = out.len();
    let mut rest = value;
    loop {
        out.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn every_string_is_read_back_as_it_was_and_shows_nothing_but_itself() {
        let nasty: String = (0..=0x2100_u32).chain([0xfeff, 0xe0041, 0x1f600]).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        let mut object = Object::open(&mut out);
        object.text("text", &nasty).text_or_null("none", None).number("max", u64::MAX).number("zero", 0);
        object.text_and_number("rule", "a\"b", b':', 31);
        object.hex("hex", "x:", &[0, 0x9f, 0xff]).text_if("left_out", None).number_if("too", None);
        object.close();
        let line = String::from_utf8(out).unwrap();
        assert!(!line.contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["text"], nasty);
        assert_eq!(value["max"], u64::MAX);
        assert_eq!(value["hex"], "x:009fff");
        assert_eq!(value["rule"], "a\"b:31");
        assert_eq!(value.as_object().unwrap().len(), 6);
    }
}

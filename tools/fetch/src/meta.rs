//! The charset that a document declares in its first bytes.
//!
//! For HTML: the HTML Standard, section 13.2.3.2, "prescan a byte stream to determine its encoding".

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How far we look.
const FIRST: usize = 1024;

/// By an HTML document's `<meta>`.
pub(crate) fn html(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut scan = Scan(head(bytes));
    loop {
        if scan.0.starts_with(b"<!--") {
            // The dashes that begin it may be those that end it: `<!-->`.
            scan.0 = scan.0.get(2..)?;
            scan.skip_past(b"-->")?;
        } else if let Some(tag) = scan.after(b"<meta").filter(|rest| rest.first().is_some_and(|b| ends_a_name(*b))) {
            scan.0 = tag;
            if let Some(encoding) = scan.meta()? {
                return Some(encoding);
            }
        } else if scan.begins_a_tag() {
            scan.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>')?;
            while scan.attribute()?.is_some() {}
        } else if [&b"<!"[..], b"</", b"<?"].iter().any(|begin| scan.0.starts_with(begin)) {
            scan.skip_past(b">")?;
        } else {
            scan.next()?;
        }
    }
}

/// By an XML document's declaration.
pub(crate) fn xml(bytes: &[u8]) -> Option<&'static Encoding> {
    let declaration = head(bytes).strip_prefix(b"<?xml")?.split(|byte| *byte == b'>').next()?;
    let text = str::from_utf8(declaration).ok()?;
    let value = text.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    named(value.split(quote).nth(1)?.as_bytes())
}

fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..FIRST).unwrap_or(bytes)
}

/// A document whose declaration could be read is in none of the two.
fn named(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label)?;
    Some(if encoding == UTF_16BE || encoding == UTF_16LE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    })
}

fn ends_a_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

/// What is left to look at. `None` of its functions: nothing is.
struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn after(&self, begin: &[u8]) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(begin.len())?;
        head.eq_ignore_ascii_case(begin).then_some(rest)
    }

    fn begins_a_tag(&self) -> bool {
        let name = self.after(b"</").or_else(|| self.after(b"<"));
        name.and_then(<[u8]>::first).is_some_and(u8::is_ascii_alphabetic)
    }

    fn skip_past(&mut self, end: &[u8]) -> Option<()> {
        let at = self.0.windows(end.len()).position(|window| window == end)?;
        self.0 = self.0.get(at + end.len()..)?;
        Some(())
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let (skipped, rest) = self.0.split_at(self.0.iter().position(|byte| !skipped(*byte))?);
        self.0 = rest;
        Some(skipped)
    }

    /// The charset of the `<meta>` whose attributes follow, if it has one.
    fn meta(&mut self) -> Option<Option<&'static Encoding>> {
        let (mut pragma, mut by_content, mut by_charset) = (false, None, None);
        let mut seen: Vec<Vec<u8>> = Vec::new();
        while let Some((name, value)) = self.attribute()? {
            if seen.contains(&name) {
                continue;
            }
            match name.as_slice() {
                b"http-equiv" => pragma = value.eq_ignore_ascii_case(b"content-type"),
                b"content" => by_content = in_content(&value),
                b"charset" => by_charset = Some(named(&value)),
                _ => {}
            }
            seen.push(name);
        }
        Some(by_charset.unwrap_or_else(|| by_content.filter(|_| pragma)))
    }

    /// The next attribute of a tag, its name in lower case; `Some(None)` at the tag's end.
    #[expect(clippy::option_option, reason = "the bytes may end before the tag does")]
    fn attribute(&mut self) -> Option<Option<(Vec<u8>, Vec<u8>)>> {
        self.skip_while(ends_a_name)?;
        if self.0.first() == Some(&b'>') {
            return Some(None);
        }
        let first = self.next()?;
        let rest = self.skip_while(|byte| !ends_a_name(byte) && byte != b'=' && byte != b'>')?;
        let name = [&[first], rest].concat().to_ascii_lowercase();
        self.skip_while(|byte| byte.is_ascii_whitespace())?;
        if self.0.first() != Some(&b'=') {
            return Some(Some((name, Vec::new())));
        }
        self.next()?;
        Some(Some((name, self.value()?.to_vec())))
    }

    fn value(&mut self) -> Option<&'a [u8]> {
        self.skip_while(|byte| byte.is_ascii_whitespace())?;
        let quote = *self.0.first()?;
        if !matches!(quote, b'"' | b'\'') {
            return self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>');
        }
        self.next()?;
        let value = self.skip_while(|byte| byte != quote)?;
        self.next()?;
        Some(value)
    }
}

/// The charset in the `content` of a pragma: the HTML Standard, "extracting a character encoding from a meta element".
fn in_content(value: &[u8]) -> Option<&'static Encoding> {
    let mut rest = value;
    loop {
        let at = rest.windows(7).position(|window| window.eq_ignore_ascii_case(b"charset"))?;
        rest = rest.get(at + 7..)?;
        let Some(label) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let label = label.trim_ascii_start();
        return named(match label.first()? {
            quote @ (b'"' | b'\'') => {
                let inner = label.get(1..)?;
                inner.get(..inner.iter().position(|byte| byte == quote)?)?
            }
            _ => label.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next()?,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{html, xml};

    fn of(page: &str) -> &'static str {
        html(page.as_bytes()).map_or("none", encoding_rs::Encoding::name)
    }

    #[test]
    fn meta_declares_it() {
        for page in [
            "<meta charset=koi8-r>",
            "<!doctype html><html lang='a>b'><head><META/CHARSET = \"KOI8-R\" >",
            "<meta name=x content=y><meta http-equiv='Content-Type' content='text/html; charset = koi8-r; x'>",
            "<meta content='charsetX charset=\"koi8-r\"' http-equiv=content-type>",
            "<?php > ?></p ><!-- <meta charset=utf-8> --><meta charset='koi8-r'>",
            "<!--><meta charset=koi8-r>-->",
            "<meta charset=koi8-r charset=utf-8>",
        ] {
            assert_eq!(of(page), "KOI8-R", "{page}");
        }
    }

    #[test]
    fn what_is_none_is_none() {
        for page in [
            "",
            "<meta",
            "<meta charset=koi8-r",
            "<!-- <meta charset=koi8-r>",
            "<metacharset=koi8-r>",
            "<meta charset=nonsense>",
            "<p title='<meta charset=koi8-r>'>",
            "<meta content='text/html; charset=koi8-r'>",
            "<meta http-equiv=content-type content='charset=\"koi8-r'>",
            "<meta http-equiv=refresh content='text/html; charset=koi8-r'>",
        ] {
            assert_eq!(of(page), "none", "{page}");
        }
        let far = format!("{}<meta charset=koi8-r>", " ".repeat(1010));
        assert_eq!(of(&far), "none");
    }

    #[test]
    fn a_declaration_that_could_be_read_is_not_utf16() {
        assert_eq!(of("<meta charset=utf-16le>"), "UTF-8");
        assert_eq!(of("<meta charset=x-user-defined>"), "windows-1252");
    }

    #[test]
    fn xml_declares_it_otherwise() {
        let of = |text: &str| xml(text.as_bytes()).map_or("none", encoding_rs::Encoding::name);
        assert_eq!(of("<?xml version=\"1.0\" encoding = 'koi8-r'?><a>"), "KOI8-R");
        assert_eq!(of("<?xml version=\"1.0\"?><a encoding='koi8-r'>"), "none");
        assert_eq!(of("<a/>"), "none");
    }
}

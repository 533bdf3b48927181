//! Reads a body as far as it is wanted, decompressed, and never holds more of it.

use std::fmt::Display;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use guest::Failure;

use crate::Response;

/// Bytes beyond those wanted that a compressed body may be read for: what does not compress grows a little.
const SLACK: u64 = 64 << 10;

/// The beginning of a body, or all of it.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) whole: bool,
}

pub(crate) fn read(mut response: Response, most: usize) -> Result<Body, Failure> {
    // A server may name a coding where there is nothing to decode (RFC 9110, sections 8.4, 15.3.5 and 15.4.5).
    let has_none = matches!(response.status, 204 | 304);
    let Some(first) = first(&mut response.body).map_err(broken)?.filter(|_| !has_none) else {
        return Ok(Body { bytes: Vec::new(), whole: true });
    };
    let coding = response.header("content-encoding").unwrap_or_default().trim().to_ascii_lowercase();
    match coding.as_str() {
        "" | "identity" => plain(io::Cursor::new([first]).chain(response.body), most).map_err(broken),
        "gzip" | "x-gzip" => unzipped(io::Cursor::new([first]).chain(response.body), most),
        other => {
            let other = other.escape_debug();
            Err(Failure::new(format!("the answer is compressed by `{other}`, which was not asked for")))
        }
    }
}

/// The first byte, where there is one.
fn first(body: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match body.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn plain(body: impl Read, most: usize) -> io::Result<Body> {
    let mut bytes = Vec::new();
    body.take(one_more(most)).read_to_end(&mut bytes)?;
    Ok(cut(bytes, most))
}

fn unzipped(body: impl Read, most: usize) -> Result<Body, Failure> {
    let mut unzipping = MultiGzDecoder::new(body.take(one_more(most) + SLACK));
    let mut bytes = Vec::new();
    match unzipping.by_ref().take(one_more(most)).read_to_end(&mut bytes) {
        Ok(_) => Ok(cut(bytes, most)),
        // It ended because we read no further.
        Err(_) if unzipping.get_ref().limit() == 0 => Ok(Body { whole: false, ..cut(bytes, most) }),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
            Err(Failure::new(format!("the answer is not the gzip that it says it is: {error}")))
        }
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(broken("its gzip has no end")),
        Err(error) => Err(broken(error)),
    }
}

fn one_more(most: usize) -> u64 {
    u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)
}

fn cut(mut bytes: Vec<u8>, most: usize) -> Body {
    let whole = bytes.len() <= most;
    bytes.truncate(most);
    Body { bytes, whole }
}

fn broken(why: impl Display) -> Failure {
    Failure::new(format!("the answer broke off: {why}"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, Read, Write};
    use std::rc::Rc;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::{Body, read};
    use crate::Response;

    fn answer(coding: &str, body: impl Read + 'static) -> Response {
        let headers = vec![("content-encoding".to_owned(), coding.as_bytes().to_vec())];
        Response { status: 200, headers, body: Box::new(body) }
    }

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        zip.write_all(bytes).unwrap();
        zip.finish().unwrap()
    }

    fn get(coding: &str, body: Vec<u8>, most: usize) -> Result<Body, String> {
        read(answer(coding, io::Cursor::new(body)), most).map_err(|e| e.to_string())
    }

    /// Zeros without end, and how many of them were taken.
    struct Endless(Rc<Cell<usize>>, Vec<u8>);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let taken = self.0.get();
            for (at, byte) in buffer.iter_mut().enumerate() {
                *byte = self.1[(taken + at) % self.1.len()];
            }
            self.0.set(taken + buffer.len());
            Ok(buffer.len())
        }
    }

    #[test]
    fn a_body_is_read_as_far_as_it_is_wanted() {
        let body = get("", b"abc".to_vec(), 3).unwrap();
        assert_eq!((body.bytes.as_slice(), body.whole), (&b"abc"[..], true));
        let body = get("identity", b"abcd".to_vec(), 3).unwrap();
        assert_eq!((body.bytes.as_slice(), body.whole), (&b"abc"[..], false));
        let taken = Rc::new(Cell::new(0));
        assert!(!read(answer("", Endless(Rc::clone(&taken), vec![0])), 1000).unwrap().whole);
        assert_eq!(taken.get(), 1001);
    }

    #[test]
    fn gzip_is_unpacked() {
        let body = get(" GZip", zipped(b"abc"), 3).unwrap();
        assert_eq!((body.bytes.as_slice(), body.whole), (&b"abc"[..], true));
        let members = [zipped(b"abc"), zipped(b"def")].concat();
        assert_eq!(get("x-gzip", members, 9).unwrap().bytes, b"abcdef");
    }

    /// What has no body is not decoded, whatever its head says of it.
    #[test]
    fn an_answer_without_a_body_is_an_empty_one() {
        for (status, coding, body) in
            [(200, "gzip", &b""[..]), (200, "br", b""), (204, "gzip", b""), (304, "br", b"x"), (404, "zstd", b"")]
        {
            let response = Response { status, ..answer(coding, io::Cursor::new(body.to_vec())) };
            let read = read(response, 1000).unwrap();
            assert!(read.bytes.is_empty() && read.whole, "{status} {coding}");
        }
    }

    #[test]
    fn a_bomb_is_cut() {
        let bomb = zipped(&vec![0; 64 << 20]);
        assert!(bomb.len() < 100_000);
        let body = get("gzip", bomb, 1 << 20).unwrap();
        assert_eq!((body.bytes.len(), body.whole), (1 << 20, false));
        assert!(body.bytes.capacity() <= 4 << 20, "{}", body.bytes.capacity());
    }

    /// Empty members give nothing, however many are sent.
    #[test]
    fn gzip_that_gives_nothing_ends() {
        let taken = Rc::new(Cell::new(0));
        let body = read(answer("gzip", Endless(Rc::clone(&taken), zipped(b""))), 1000).unwrap();
        assert_eq!((body.bytes.len(), body.whole), (0, false));
        assert_eq!(taken.get(), 1001 + (64 << 10));
    }

    #[test]
    fn what_is_not_what_it_says_is_an_error() {
        let error = |coding, body: Vec<u8>| get(coding, body, 1000).unwrap_err();
        assert_eq!(error("br", b"abc".to_vec()), "the answer is compressed by `br`, which was not asked for");
        assert!(error("gzip", b"plain text, not gzip".to_vec()).starts_with("the answer is not the gzip that it says"));
        let cut = zipped(b"abcdefgh");
        assert_eq!(error("gzip", cut[..cut.len() - 4].to_vec()), "the answer broke off: its gzip has no end");
        let mut changed = zipped(b"abcdefgh");
        let crc = changed.len() - 8;
        changed[crc] ^= 1;
        assert!(error("gzip", changed).starts_with("the answer is not the gzip that it says"));
    }
}

//! What is parsed of frames takes memory in proportion to their length, whatever stands in them. Measured in allocations.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(unsafe_code, reason = "an allocator has no safe interface")]
mod counting;

use std::fmt::Write as _;

use counting::peak_of;
use proptest::prelude::*;
use toolward::protocol::Request;
use toolward::worker::seized::is_message;

/// The longest frame of a worker.
const FRAME: usize = 1 << 20;
/// What is taken whatever a frame's length: the first growth of a list, and the parser's own.
const CONSTANT: usize = 2 << 20;

/// Parses a frame of a worker; it must take no more than three times its length.
fn message(frame: &[u8]) -> bool {
    let (is_message, peak) = peak_of(|| is_message(frame));
    assert!(peak <= 3 * frame.len() + CONSTANT, "{} bytes take {peak}: {:?}", frame.len(), frame.get(..16));
    is_message
}

/// Parses a frame of a client; it must take no more than three times its length.
fn request(frame: &str) -> bool {
    let (parsed, peak) = peak_of(|| serde_json::from_slice::<Request>(frame.as_bytes()).is_ok());
    assert!(peak <= 3 * frame.len() + CONSTANT, "{} bytes take {peak}: {:.80}", frame.len(), frame);
    parsed
}

/// A number as postcard writes it.
fn number(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

/// The question about an HTTP request without method and URL, up to its header fields.
const HTTP: [u8; 6] = [3, 0, 17, 0, 0, 0];
/// An export that is missing, up to the names of those that there are.
const NO_COMMAND: [u8; 3] = [2, 1, 1];

/// Lists of empty elements: a header field is 48 bytes in memory and two in the frame, a name 24 and one.
#[test]
fn lists_of_nothing() {
    for (head, element) in [(&HTTP[..], 2), (&NO_COMMAND[..], 1)] {
        let count = (FRAME - 16) / element;
        let frame = [head, &number(count), &vec![0; count * element]].concat();
        assert!(!message(&frame), "a list of {count} is no message");
        let few =
            [head, &number(10), &vec![0; 10 * element], if element == 2 { &[0, 0, 0, 0] } else { &[][..] }].concat();
        assert!(message(&few), "a list of ten is a message");
    }
}

/// Lengths that are announced, and do not come.
#[test]
fn lengths_that_are_lies() {
    for length in [FRAME, 1 << 30, usize::MAX >> 1] {
        for head in [&HTTP[..], &NO_COMMAND, &[10], &[11], &[3, 0, 1, 0], &[3, 0, 17, 0], &[3, 0, 17, 7, 0], &[12, 1]] {
            assert!(!message(&[head, &number(length)].concat()));
        }
    }
}

/// Every beginning of a message, followed by one byte over and over.
#[test]
fn whatever_follows_a_beginning() {
    for kind in 0..20 {
        for next in 0..24 {
            for byte in [0, 1, 2, 0x7f, 0x80, 0xff] {
                message(&[&[kind, next, next][..], &vec![byte; 50_000]].concat());
                message(&[&[kind, 0, next, 0][..], &vec![byte; 50_000]].concat());
            }
        }
    }
}

/// What a client asks for: no list of it is longer than it can be.
#[test]
fn lists_of_clients() {
    let open = |mounts: &str, set: &str| {
        let claim = format!(
            r#"{{"agent":"","audience":"","grant_sha256":null,"mounts":[{mounts}],"nonce":"","set":{{{set}}},"time":0,"ttl":null,"type":""}}"#
        );
        format!(
            r#"{{"open":{{"claim":{claim},"signature":"","mounts":[{mounts}],"agent":"","kind":"","ttl":null,"set":{{{set}}},"grant":null}}}}"#
        )
    };
    let mounts = |count: usize| vec![r#"["","",true]"#; count].join(",");
    let set = |count: usize| {
        let mut set = String::new();
        (0..count).for_each(|n| write!(set, r#"{}"{n:x}":"""#, if n == 0 { "" } else { "," }).unwrap());
        set
    };
    assert!(request(&open(&mounts(16), &set(256))));
    assert!(!request(&open(&mounts(17), "")));
    assert!(!request(&open("", &set(257))));
    assert!(!request(&open(&mounts(500_000), "")));
    assert!(!request(&open("", &set(500_000))));
    let call = format!(r#"{{"call":{{"handle":"","tool":"","input":"{}"}}}}"#, r#"\""#.repeat(4 << 20));
    assert!(request(&call));
    assert!(!request(&format!(r#"{{"call":{}"#, "[".repeat(4 << 20))));
    assert!(!request(&"{\"call\":".repeat(1 << 20)));
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
        message(&bytes);
        request(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_bytes_after_a_beginning(kind in 0_u8..16, next in 0_u8..20, bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
        message(&[&[kind, 0, next][..], &bytes].concat());
        message(&[&[kind, next][..], &bytes].concat());
    }
}

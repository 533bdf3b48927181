//! Frames: whatever a worker or a client sends is a message or none, and takes memory in proportion to its length.
#![no_main]

#[path = "../../runtime/tests/frames/counting.rs"]
mod counting;

use libfuzzer_sys::fuzz_target;
use toolward::protocol::Request;
use toolward::worker::seized::is_message;

use counting::peak_of;

/// What is taken whatever a frame's length: the first growth of a list, and the parser's own.
const CONSTANT: usize = 2 << 20;

fuzz_target!(|frame: &[u8]| {
    let (_, peak) = peak_of(|| is_message(frame));
    assert!(peak <= 3 * frame.len() + CONSTANT, "{} bytes of a worker take {peak}", frame.len());
    let (_, peak) = peak_of(|| serde_json::from_slice::<Request>(frame).is_ok());
    assert!(peak <= 3 * frame.len() + CONSTANT, "{} bytes of a client take {peak}", frame.len());
});

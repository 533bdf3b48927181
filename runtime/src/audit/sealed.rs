//! Lines that end with the proof of themselves: a hash or a signature over the text before it.
//!
//! The text is a JSON object on one line. Sealed, its final `}` gives way to `,"FIELD":"HEX"}`: so taking the seal off
//! gives back the text byte for byte, and a line that was copied verifies wherever it is.

/// Seals the text in a buffer.
pub(super) fn seal(text: &mut Vec<u8>, field: &str, proof: &[u8]) {
    text.pop();
    text.extend_from_slice(format!(",\"{field}\":\"{}\"}}", hex::encode(proof)).as_bytes());
}

/// Takes the seal off. `None` where the line does not end with one, or is written in any other way than [`seal`] does.
pub(super) fn unseal<const N: usize>(line: &str, field: &str) -> Option<(String, [u8; N])> {
    let (text, end) = line.rsplit_once(",\"")?;
    let digits = end.strip_prefix(field)?.strip_prefix("\":\"")?.strip_suffix("\"}")?;
    Some((format!("{text}}}"), digest(digits)?))
}

/// Reads lower-case hex, so that a proof has one spelling.
pub(super) fn digest<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let lower = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut bytes = [0; N];
    (lower && hex::decode_to_slice(digits, &mut bytes).is_ok()).then_some(bytes)
}

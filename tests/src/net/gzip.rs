//! A small file that unpacks to a large one (RFC 1952, RFC 1951).

/// What one of deflate's longest repetitions stands for.
const REPEATED: u32 = 258;

/// `1 + 258 * times` bytes of zero, packed to about a thousandth.
#[must_use]
pub fn bomb(times: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with fixed codes.
    bits.low_first(1, 1);
    bits.low_first(1, 2);
    // The literal 0; then the longest length, at the smallest distance, again and again; then the end.
    bits.high_first(0b0011_0000, 8);
    for _ in 0..times {
        bits.high_first(0b1100_0101, 8);
        bits.high_first(0, 5);
    }
    bits.high_first(0, 7);
    let length = 1 + REPEATED * times;
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(bits.bytes);
    bytes.extend(crc_of_zeros(length).to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn one(&mut self, bit: u32) {
        if self.used.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit != 0) << (self.used % 8);
        }
        self.used += 1;
    }

    fn low_first(&mut self, value: u32, count: u32) {
        (0..count).for_each(|at| self.one(value >> at & 1));
    }

    fn high_first(&mut self, value: u32, count: u32) {
        (0..count).rev().for_each(|at| self.one(value >> at & 1));
    }
}

fn crc_of_zeros(length: u32) -> u32 {
    let mut crc = u32::MAX;
    for _ in 0..u64::from(length) * 8 {
        crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    }
    !crc
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    #[test]
    fn unpacks_to_what_it_says() {
        let bomb = super::bomb(1_000);
        assert!(bomb.len() < 2_000);
        let mut gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        gzip.stdin.take().unwrap().write_all(&bomb).unwrap();
        let output = gzip.wait_with_output().unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout, vec![0; 258_001]);
    }
}

//! What tools should not do.
use crate::Typed;
use crate::exports::toolward::typed::misbehave::Guest;

#[inline(never)]
fn deeper(depth: u64) -> u64 {
    if depth == 0 { 0 } else { deeper(depth - 1).wrapping_mul(3) ^ depth }
}

impl Guest for Typed {
    fn trap() {
        unreachable!("as it was asked to")
    }

    fn spin() {
        loop {
            std::hint::spin_loop();
        }
    }

    /// In a way that uses the stack of the machine and not that in its own memory.
    fn recurse(depth: u32) -> u32 {
        deeper(u64::from(depth)) as u32
    }

    fn leave() {
        std::process::exit(0)
    }

    fn many_bytes(count: u32) -> Vec<u8> {
        vec![7; count as usize]
    }

    fn many_numbers(count: u32) -> Vec<u16> {
        vec![1; count as usize]
    }

    fn many_texts(count: u32) -> Vec<Vec<String>> {
        vec![vec![String::new(); 8]; count as usize / 8]
    }

    fn take_memory() -> String {
        let mut all = Vec::new();
        loop {
            all.push(vec![1_u8; 1 << 20]);
            std::hint::black_box(&all);
        }
    }
}

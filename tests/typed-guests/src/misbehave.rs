//! What tools should not do.
use crate::Typed;
use crate::exports::toolward::typed::misbehave::Guest;

impl Guest for Typed {
    fn trap() {
        unreachable!("as it was asked to")
    }

    fn spin() {
        loop {
            std::hint::spin_loop();
        }
    }

    fn recurse(depth: u32) -> u32 {
        let mut room = [depth; 256];
        std::hint::black_box(&mut room);
        if depth == 0 { 0 } else { Self::recurse(depth - 1) + std::hint::black_box(room)[0] }
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

//! Recurses without end, in a way that uses the stack of the machine and not that in its own memory.
use std::hint::black_box;

#[inline(never)]
fn deeper(depth: u64, end: u64) -> u64 {
    if depth == end { depth } else { deeper(depth + 1, end).wrapping_mul(3) ^ depth }
}

fn main() {
    println!("got to the bottom: {}", deeper(0, black_box(u64::MAX)));
}

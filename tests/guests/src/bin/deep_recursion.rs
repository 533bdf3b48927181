//! Recurses without end.
use std::hint::black_box;

#[expect(unconditional_recursion, reason = "that is the attack")]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 32]);
    black_box(deeper(frame[7] + 1)) + frame[3]
}

fn main() {
    println!("got to the bottom: {}", deeper(0));
}

//! Collects handles of things that hold no file, until it gets no more.
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut held = Vec::new();
    for count in 0..1_000_000_u32 {
        held.push(wasip2::clocks::monotonic_clock::subscribe_duration(u64::from(count)));
    }
    println!("got {} handles", held.len());
    ExitCode::FAILURE
}

//! Writes one name over and over while the host swaps that file for a symlink to one outside, and to a denied one.
use std::process::ExitCode;
use std::time::{Duration, Instant};

use toolward_guests::{Attack, OpenFlags, mount, write_at};

fn main() -> ExitCode {
    let attack = Attack::begin();
    let repo = mount("/repo");
    let (mut written, mut refused) = (0_u32, 0_u32);
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1_500) {
        for flags in [OpenFlags::TRUNCATE, OpenFlags::CREATE | OpenFlags::TRUNCATE] {
            match write_at(&repo, "pub/swap", flags, b"owned") {
                Ok(()) => written += 1,
                Err(_) => refused += 1,
            }
        }
    }
    println!("written {written} refused {refused}");
    attack.end()
}

//! Reads one name over and over while the host swaps a directory of that name for a symlink to a denied one.
use std::process::ExitCode;
use std::time::{Duration, Instant};

use toolward_guests::{Attack, mount, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let (mut harmless, mut refused) = (0_u32, 0_u32);
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1_500) {
        for read in [read_at(&repo, "pub/swap/key"), open_dir(&repo, "pub/swap").and_then(|dir| read_at(&dir, "key"))] {
            match read {
                Ok(text) if text == "harmless" => harmless += 1,
                Ok(text) => attack.must_not_be(format!("read {text:?}"), true),
                Err(_) => refused += 1,
            }
        }
    }
    println!("harmless {harmless} refused {refused}");
    attack.end()
}

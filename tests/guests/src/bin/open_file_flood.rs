//! Keeps files and directories open until it gets no more.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, PathFlags, mount};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let mut held = Vec::new();
    let refused = loop {
        match repo.open_at(PathFlags::empty(), "pub/open.txt", NO_CREATE, DescriptorFlags::READ) {
            Ok(_) if held.len() > 100_000 => break Ok(()),
            Ok(file) => held.push(file),
            Err(error) => break Err(error),
        }
    };
    println!("open files {}", held.len());
    attack.must_fail("ever more files", refused);
    attack.end()
}

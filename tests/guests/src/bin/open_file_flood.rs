//! Keeps ever more files open.
use std::process::ExitCode;

use toolward_guests::{DescriptorFlags, NO_CREATE, PathFlags, mount};

fn main() -> ExitCode {
    let repo = mount("/repo");
    let open = || repo.open_at(PathFlags::empty(), "pub/open.txt", NO_CREATE, DescriptorFlags::READ);
    let held: Vec<_> = (0..100_000).map_while(|_| open().ok()).collect();
    println!("got {} open files", held.len());
    ExitCode::FAILURE
}

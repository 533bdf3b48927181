//! Makes one refused access after another, so that the log grows without end.
use std::process::ExitCode;

use toolward_guests::{mount, read_at};

fn main() -> ExitCode {
    let repo = mount("/repo");
    for _ in 0..1_000_000_u32 {
        if read_at(&repo, ".env").is_ok() {
            println!("got .env");
        }
    }
    println!("got a million records");
    ExitCode::FAILURE
}

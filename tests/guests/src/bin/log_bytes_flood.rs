//! Makes refused accesses whose records are as long as they can be: long paths, in characters that take six bytes each there.
use std::process::ExitCode;

use toolward_guests::{mount, read_at};

fn main() -> ExitCode {
    let repo = mount("/repo");
    let names = vec!["\u{1}".repeat(200); 19].join("/");
    for number in 0..100_000_u32 {
        if read_at(&repo, &format!("private/{names}/{number}")).is_ok() {
            println!("got {number}");
        }
    }
    println!("got a hundred thousand records");
    ExitCode::FAILURE
}

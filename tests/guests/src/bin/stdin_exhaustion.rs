//! Reads its input again and again after the end, waits for more of it, and tries to skip for ever.
use std::process::ExitCode;

use toolward_guests::Attack;

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let input = wasip2::cli::stdin::get_stdin();
    let mut total = 0;
    while let Ok(bytes) = input.blocking_read(1 << 40) {
        total += bytes.len();
    }
    println!("bytes {total}");
    for _ in 0..10_000 {
        attack.must_not_be("input after its end", input.blocking_read(64).is_ok());
        attack.must_not_be("skipped past the end", input.blocking_skip(u64::MAX).is_ok());
    }
    input.subscribe().block();
    attack.must_not_be(
        "input from a second handle",
        wasip2::cli::stdin::get_stdin().blocking_read(64).is_ok_and(|bytes| !bytes.is_empty()),
    );
    attack.end()
}

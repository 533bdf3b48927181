//! Servers that speak something older than TLS 1.2, or nothing like TLS, where TLS is asked for.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for url in arguments() {
        attack.must_fail(&url, Ask::post(&url, "secret").send());
    }
    attack.end()
}

//! Servers whose certificates prove nothing.
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

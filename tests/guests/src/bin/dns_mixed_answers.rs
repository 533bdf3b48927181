//! A name that has a good address and a bad one: none of them is used.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for url in arguments() {
        for _ in 0..4 {
            attack.must_fail(&url, Ask::get(&url).send());
        }
    }
    attack.end()
}

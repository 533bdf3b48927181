//! A name that is another name for something private.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for url in arguments() {
        attack.must_fail(&url, Ask::get(&url).send());
    }
    attack.end()
}

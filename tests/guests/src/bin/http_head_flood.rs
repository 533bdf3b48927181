//! Heads that never end: header after header, one header without end, one interim answer after another.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [url] = given();
    let mut attack = Attack::begin();
    attack.must_fail(&url, Ask::get(&url).send());
    attack.end()
}

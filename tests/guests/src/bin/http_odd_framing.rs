//! Answers that two readers cut differently: conflicting lengths, bad chunk sizes, bare line ends.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for url in arguments() {
        attack.may_work(&url, Ask::get(&url).send().map(|answer| (answer.status, answer.text())));
    }
    attack.end()
}

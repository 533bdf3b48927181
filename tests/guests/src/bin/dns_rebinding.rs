//! A name that has another address the second time.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given, must_work};

fn main() -> ExitCode {
    let [url] = given();
    let mut attack = Attack::begin();
    must_work("the first time", Ask::get(&url).header("Accept", "text/html").send());
    for time in 2..6 {
        attack.may_work(format!("time {time}"), Ask::get(&url).status());
    }
    attack.end()
}

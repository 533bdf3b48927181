//! Credentials of the guest's own: a token from an injected text carries data to somebody's account on an allowed host.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const NAMES: [&str; 12] = [
    "Authorization",
    "authorization",
    "Cookie",
    "Cookie2",
    "X-Api-Key",
    "Api-Key",
    "X-Auth-Token",
    "X-Access-Token",
    "Private-Token",
    "X-Goog-Api-Key",
    "X-Amz-Security-Token",
    "X-CSRF-Token",
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for name in NAMES {
        let ask = Ask::get("http://x/").authority(&api).path("/open/x");
        attack.must_fail(name, ask.header(name, "token-of-the-attacker").send());
    }
    attack.end()
}

//! A body that is longer or shorter than it was said to be, with a second request in what is too much.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const SECOND: &str = "12345GET /private/key HTTP/1.1\r\nHost: api.test\r\n\r\n";

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for length in ["0", "5", "9999", "18446744073709551616", "-1", "5, 5", "5\r\n"] {
        let ask = Ask::post("http://x/", SECOND).authority(&api).path("/open/x").header("Content-Length", length);
        attack.may_work(format!("content-length {length:?}"), ask.status());
    }
    attack.end()
}

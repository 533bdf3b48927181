//! Header fields behind the body, where nobody looks.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for name in ["Authorization", "Cookie", "Content-Length", "Host", "X-Anything", "X-HTTP-Method-Override"] {
        let mut ask = Ask::post("http://x/", "body").authority(&api).path("/open/x");
        ask.trailers.push((name.to_owned(), b"secret".to_vec()));
        attack.may_work(name, ask.status());
    }
    attack.end()
}

//! Names that lead to addresses which are nobody's business.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for authority in arguments() {
        attack.must_fail(&authority, Ask::get("http://x/").authority(&authority).send());
        attack.must_fail(format!("connect {authority}"), std::net::TcpStream::connect(&authority).map(drop));
    }
    attack.end()
}

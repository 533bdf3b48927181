//! This machine, and what lies behind it, as IPv6: mapped, compatible, translated, tunnelled, with zones.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const FORMS: [&str; 22] = [
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[::1%25lo]",
    "[::1%lo]",
    "[fc00::1]",
    "[ff02::1]",
    "::1",
    "[::1",
    "[::1].",
];

fn main() -> ExitCode {
    let [port] = given();
    let mut attack = Attack::begin();
    for host in FORMS {
        attack.must_fail(host, Ask::get("http://x/").authority(format!("{host}:{port}")).send());
    }
    attack.end()
}

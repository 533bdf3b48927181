//! Characters that end a host for one reader and not for the other: backslashes, tabs, line breaks, fragments, queries.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api, evil] = given();
    let mut attack = Attack::begin();
    for between in [
        "\\", "/", "//", "\t", "\n", "\r\n", "\0", " ", "#", "?", ";", ",", "|", "^", "%00", "%2f", "%23", "%0d%0a",
        "\u{2028}",
    ] {
        for authority in [format!("{api}{between}{evil}"), format!("{evil}{between}{api}"), format!("{between}{evil}")]
        {
            attack
                .must_fail(format!("{authority:?}"), Ask::get("http://x/").path("/open/x").authority(authority).send());
        }
    }
    attack.end()
}

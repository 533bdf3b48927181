//! A user in the authority: one reader sees the host before the `@`, the other behind it.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api, evil] = given();
    let mut attack = Attack::begin();
    for authority in [
        format!("{api}@{evil}"),
        format!("{evil}@{api}"),
        format!("user@{api}"),
        format!("user:password@{api}"),
        format!("@{api}"),
        format!("{api}@"),
        format!("{api}%40{evil}"),
        format!("{api}\\@{evil}"),
        format!("{api}#@{evil}"),
        format!("{api}?@{evil}"),
        format!("{api}/@{evil}"),
        format!("user@{api}@{evil}"),
        format!("{api}\u{ff20}{evil}"),
    ] {
        attack.must_fail(&authority, Ask::get("http://x/").path("/open/x").authority(&authority).send());
    }
    attack.end()
}

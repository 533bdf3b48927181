//! Tabs, line breaks, spaces, fragments and letters beyond ASCII, raw in a path.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for between in
        ["\t", "\n", "\r", "\r\n", "\0", " ", "\u{b}", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "#", "#?", "\\", "%0a"]
    {
        for path in [
            format!("/open/a{between}b"),
            format!("/open/a{between}/../../private/key"),
            format!("/open/x?a{between}b"),
        ] {
            attack.may_work(format!("{path:?}"), Ask::get("http://x/").authority(&api).path(&path).status());
        }
    }
    attack.end()
}

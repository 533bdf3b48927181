//! Separators, percent signs, NUL and control characters, encoded in one segment of a path.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const ENCODED: [&str; 14] =
    ["%2f", "%2F", "%5c", "%5C", "%25", "%252f", "%00", "%0a", "%0d%0a", "%09", "%7f", "%", "%4.", "%zz"];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for encoded in ENCODED {
        for path in [format!("/open/a{encoded}b"), format!("/open/{encoded}"), format!("/open/a{encoded}")] {
            attack.must_fail(&path, Ask::get("http://x/").authority(&api).path(&path).send());
        }
    }
    attack.end()
}

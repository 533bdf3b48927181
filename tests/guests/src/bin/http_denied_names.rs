//! A denied name by other spellings: dots at its end, cases, full-width letters, what IDNA drops.
use std::process::ExitCode;

use toolward_guests::http::none_is_reached;

const SPELLINGS: [&str; 20] = [
    "evil.test",
    "evil.test.",
    "EVIL.test",
    "Evil.Test.",
    "\u{ff45}\u{ff56}\u{ff49}\u{ff4c}.test",
    "evil\u{3002}test",
    "evil\u{ff0e}test",
    "evil\u{ff61}test",
    "ev\u{ad}il.test",
    "ev\u{200b}il.test",
    "ev\u{2060}il.test",
    "ev\u{fe0f}il.test",
    "\u{feff}evil.test",
    "ev\u{2170}l.test",
    "evi\u{217c}.test",
    "%65vil.test",
    "e%76il.test",
    "evil.te\u{17f}t",
    "evil.test..",
    "xn--evil-.test",
];

fn main() -> ExitCode {
    none_is_reached(&SPELLINGS)
}

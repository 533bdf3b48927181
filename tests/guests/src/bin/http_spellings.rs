//! Unusual paths, all of them allowed: what arrives must be, letter by letter, what was decided on.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const PATHS: [&str; 23] = [
    "/open/%7Euser",
    "/open/%41%62c",
    "/open/a%20b",
    "/open/caf%C3%A9",
    "/open/caf%c3%a9",
    "/open/a;b=c",
    "/open/a,b",
    "/open/a:b@c",
    "/open/(a)*'!$&+",
    "/open/a[b]",
    "/open/a{b}",
    "/open/a|b",
    "/open/a^b`c",
    "/open/a\"b<c>d",
    "/open/a/./b",
    "/open/a/../b",
    "/open/a/%2e%2E/b",
    "/open/a?q=%2f%2F%41",
    "/open/a?q=a b",
    "/open/a?'\"<>",
    "/open/a??b=?",
    "/open/%c0%ae%c0%ae%c0%afprivate",
    "/open/%ff%fe",
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for path in PATHS {
        attack.may_work(path, Ask::get("http://x/").authority(&api).path(path).status());
    }
    attack.end()
}

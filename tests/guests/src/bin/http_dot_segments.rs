//! Ways out of a path that is allowed, by dots in every encoding.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const PATHS: [&str; 21] = [
    "/private/key",
    "/open/../private/key",
    "/open/./../private/key",
    "/open/x/../../private/key",
    "/open/%2e%2e/private/key",
    "/open/%2E%2E/private/key",
    "/open/.%2e/private/key",
    "/open/%2e./private/key",
    "/open/..%2fprivate/key",
    "/open/..%5cprivate/key",
    "/open/%2e%2e%2fprivate/key",
    "/open/%252e%252e/private/key",
    "/open/%25%32%65%25%32%65/private/key",
    "/open/..\\private/key",
    "/open\\..\\private\\key",
    "/open/..%00/private/key",
    "/OPEN/x",
    "/open%2fx",
    "//open/x",
    "/./private/key",
    "/%70rivate/key",
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for path in PATHS {
        attack.must_fail(path, Ask::get("http://x/").authority(&api).path(path).send());
    }
    attack.end()
}

//! Other schemes: plain where only TLS is allowed, and such as are none of HTTP's.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};
use wasip2::http::types::Scheme;

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").path("/open/x").authority(api);
    attack.must_fail("http", ask.send());
    for scheme in [
        "ftp",
        "file",
        "gopher",
        "ws",
        "wss",
        "unix",
        "data",
        "HTTP",
        "https:",
        "http://evil.test/",
        "https://evil.test/?",
        "",
        " https",
        "h2c",
    ] {
        let ask = Ask { scheme: Scheme::Other(scheme.to_owned()), ..ask.clone() };
        attack.must_fail(scheme, ask.send());
    }
    attack.end()
}

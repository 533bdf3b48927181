//! Methods that open tunnels, echo headers, or are none.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};
use wasip2::http::types::Method;

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").authority(api).path("/open/x");
    for method in [Method::Connect, Method::Trace] {
        attack.must_fail(format!("{method:?}"), Ask { method, ..ask.clone() }.send());
    }
    for method in [
        "CONNECT",
        "TRACE",
        "TRACK",
        "connect",
        "trace",
        "get",
        "Get",
        "GET ",
        " GET",
        "GET /open/x HTTP/1.1",
        "GET\r\nHost: evil.test",
        "GET\n",
        "GET\0",
        "G\u{0395}T",
        "",
        "PRI",
    ] {
        attack.must_fail(format!("{method:?}"), ask.clone().method(method).send());
    }
    attack.end()
}

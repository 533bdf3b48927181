//! Line breaks and NUL in a header's name and value.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").authority(api).path("/open/x");
    for value in [
        &b"1\r\nAuthorization: x"[..],
        b"1\nAuthorization: x",
        b"1\rAuthorization: x",
        b"1\r\n Authorization: x",
        b"\r\n\r\nGET /private/key HTTP/1.1",
        b"1\0Authorization: x",
        b"\0",
        b"1\x0b2",
        b"1\x7f2",
        b"\x1b[2J",
    ] {
        attack.must_fail(
            format!("value {:?}", String::from_utf8_lossy(value)),
            ask.clone().header("x-fine", value).send(),
        );
    }
    for name in [
        "x-fine\r\nauthorization",
        "x-fine\nauthorization",
        "x-fine: 1\r\nauthorization",
        "x-fine:",
        "x-fine ",
        " x-fine",
        "x fine",
        "x-fine\0",
        "x-f\u{ef}ne",
        "\r\n",
        "",
        "(x)",
    ] {
        attack.must_fail(format!("name {name:?}"), ask.clone().header(name, "1").send());
    }
    attack.end()
}

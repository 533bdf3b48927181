//! A second request inside the first: in the method, the path, the authority, a header's name and its value.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const SECOND: &str = "x HTTP/1.1\r\nHost: api.test\r\n\r\nGET /private/key HTTP/1.1\r\nHost: api.test\r\n\r\n";

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").authority(&api).path("/open/x");
    for second in [SECOND.to_owned(), SECOND.replace("\r\n", "\n"), SECOND.replace("\r\n", "\u{10d}\u{10a}")] {
        attack.must_fail("method", ask.clone().method(format!("GET /open/{second}")).send());
        attack.must_fail("path", ask.clone().path(format!("/open/{second}")).send());
        attack.must_fail("authority", ask.clone().authority(format!("{api} {second}")).send());
        attack.must_fail("name", ask.clone().header(format!("x-fine: {second}"), "1").send());
    }
    for second in [SECOND.to_owned(), SECOND.replace("\r\n", "\n"), SECOND.replace("\r\n", "\r")] {
        attack.must_fail("value", ask.clone().header("x-fine", &second).send());
    }
    attack.end()
}

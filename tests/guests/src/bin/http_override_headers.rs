//! Headers by which a request says that it is another one: another method, another path, another host, another client.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const FIELDS: [(&str, &str); 18] = [
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-HTTP-Method", "DELETE"),
    ("X-Method-Override", "DELETE"),
    ("X-Original-URL", "/private/key"),
    ("X-Rewrite-URL", "/private/key"),
    ("X-Original-URI", "/private/key"),
    ("X-Envoy-Original-Path", "/private/key"),
    ("X-Forwarded-Host", "evil.test"),
    ("X-Forwarded-Prefix", "/private"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Proto", "https"),
    ("X-Host", "evil.test"),
    ("X-Original-Host", "evil.test"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=evil.test"),
    ("X-Middleware-Subrequest", "middleware"),
    ("Via", "1.1 evil"),
    ("Destination", "/private/key"),
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for (name, value) in FIELDS {
        let ask = Ask::get("http://x/").authority(&api).path("/open/x");
        attack.must_fail(name, ask.header(name, value).send());
    }
    attack.end()
}

//! One name may be looked up: its parents, children and neighbours may not, nor what other rules name.
use std::net::ToSocketAddrs;
use std::process::ExitCode;

use toolward_guests::{Attack, must_work};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let look_up = |name: &str| (name, 80).to_socket_addrs().map(Iterator::count);
    must_work("the name", look_up("a.test"));
    for name in [
        "test",
        "b.a.test",
        "aa.test",
        "a.test.evil.test",
        "a-test",
        "localhost",
        "tcp.test",
        "http.test",
        "a.test\u{3002}evil.test",
        "*.test",
        "a_test",
        "",
    ] {
        attack.must_fail(name, look_up(name));
    }
    attack.end()
}

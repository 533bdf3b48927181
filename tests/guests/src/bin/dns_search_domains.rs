//! Names of one part, which a system's resolver would look for in domains of its own.
use std::net::ToSocketAddrs;
use std::process::ExitCode;

use toolward_guests::Attack;
use toolward_guests::http::Ask;

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for name in ["intranet", "wpad", "db.intern"] {
        attack.must_fail(name, (name, 80).to_socket_addrs().map(Iterator::count));
        attack.must_fail(format!("ask {name}"), Ask::get("http://x/").authority(name).send());
    }
    attack.end()
}

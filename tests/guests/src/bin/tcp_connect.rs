//! Opens TCP connections, and listens for some.
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for address in arguments() {
        attack.must_fail(format!("connect {address}"), TcpStream::connect(&address).map(drop));
    }
    for address in ["127.0.0.1:0", "0.0.0.0:0", "[::]:0"] {
        attack.must_fail(format!("listen {address}"), TcpListener::bind(address).map(drop));
    }
    attack.end()
}

//! A name's address without the name: a rule for the name is none for whoever else lives there.
use std::net::TcpStream;
use std::process::ExitCode;

use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for address in arguments() {
        attack.must_fail(format!("connect {address}"), TcpStream::connect(&address).map(drop));
    }
    attack.end()
}

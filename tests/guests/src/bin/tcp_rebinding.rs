//! A name that has another address the second time it is looked up: a connection to it is none to the name that was allowed.
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;

use toolward_guests::{Attack, given, must_work};

fn main() -> ExitCode {
    let [authority, evil] = given();
    let mut attack = Attack::begin();
    let first = must_work("look up", authority.to_socket_addrs()).next().expect("an address");
    must_work("connect", TcpStream::connect(first).map(drop));
    for _ in 0..3 {
        attack.must_fail(format!("connect {evil}"), TcpStream::connect(&evil).map(drop));
        // The second answer may itself be refused.
        for address in authority.to_socket_addrs().into_iter().flatten().filter(|address| *address != first) {
            attack.must_fail(format!("connect {address}"), TcpStream::connect(address).map(drop));
        }
    }
    attack.end()
}

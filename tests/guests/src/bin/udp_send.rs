//! Sends a datagram.
use std::net::UdpSocket;
use std::process::ExitCode;

use toolward_guests::{Attack, arguments};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for address in arguments() {
        let sent = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"secret", &address));
        attack.must_fail(format!("send to {address}"), sent);
    }
    attack.must_fail("bind", UdpSocket::bind("0.0.0.0:0").map(drop));
    attack.end()
}

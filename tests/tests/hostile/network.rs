//! The network: linked so that a tool that imports it starts; refused and recorded, whatever the rules say.
use std::net::{TcpListener, UdpSocket};

use toolward_tests::{Outcome, World};

const ALL: &str = r#"
[[tcp]]
host = "*"
port = "*"
allow = ["connect"]
why = "no rule opens it yet"

[[dns]]
name = "*"
allow = ["lookup"]
why = "no rule opens it yet"
"#;

/// A run for each set of rules: none, and those that allow everything.
fn runs(guest: &str, address: &str) -> [Outcome; 2] {
    ["", ALL].map(|rules| World::new().rule(rules).argument(address).run(guest))
}

/// No connection is made, and none taken.
#[test]
pub(crate) fn tcp_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    for outcome in runs("tcp_connect", &listener.local_addr().unwrap().to_string()) {
        outcome.got_nothing().recorded_refusals_of("tcp");
        assert!(listener.accept().is_err(), "a connection arrived: {outcome}");
    }
}

/// No datagram leaves.
#[test]
pub(crate) fn udp_send() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    for outcome in runs("udp_send", &socket.local_addr().unwrap().to_string()) {
        outcome.got_nothing();
        assert!(!outcome.refusals().is_empty(), "nothing is recorded: {outcome}");
        assert!(socket.recv(&mut [0; 16]).is_err(), "a datagram arrived: {outcome}");
    }
}

/// No name is looked up: a secret could travel in one.
#[test]
pub(crate) fn dns_lookup() {
    for outcome in runs("dns_lookup", "") {
        outcome.got_nothing().recorded_refusals_of("dns");
    }
}

/// No request is sent.
#[test]
pub(crate) fn http_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    for outcome in runs("http_request", &listener.local_addr().unwrap().to_string()) {
        outcome.got_nothing().recorded_refusals_of("http");
        assert!(listener.accept().is_err(), "a connection arrived: {outcome}");
    }
}

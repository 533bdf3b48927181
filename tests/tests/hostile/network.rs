//! The network where no rule opens any of it, or rules open all that rules can: what is refused then is refused always.
use std::net::{TcpListener, UdpSocket};

use toolward_tests::net::{Dns, rules};
use toolward_tests::{Outcome, World};

/// A run for each set of rules: none, and those that allow every name.
fn runs(guest: &str, address: &str) -> [Outcome; 2] {
    let all = rules::tcp_at("*", "*", "") + &rules::http_at("http://*:*/**", &["*"], "");
    [String::new(), all].map(|rules| World::new().rule(&rules).argument(address).run(guest))
}

/// No connection is made to an address by a rule for names, and none is taken.
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

/// No name is looked up without a rule for names: a secret could travel in one.
#[test]
pub(crate) fn dns_lookup() {
    for rules in [String::new(), rules::tcp_at("*", "*", "") + &rules::http_at("http://*:*/**", &["*"], "")] {
        let dns = Dns::new().name("localhost", "127.0.0.1");
        World::new()
            .rule(&rules)
            .network(None, dns.address())
            .run("dns_lookup")
            .got_nothing()
            .recorded_refusals_of("dns");
        assert_eq!(dns.questions(), []);
    }
}

/// No request is sent to an address by a rule for names.
#[test]
pub(crate) fn http_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    for outcome in runs("http_request", &listener.local_addr().unwrap().to_string()) {
        outcome.got_nothing().recorded_refusals_of("http");
        assert!(listener.accept().is_err(), "a connection arrived: {outcome}");
    }
}

/// A text that is too long is the guest's error: nothing of it is asked for, and nobody takes the guest for one that has broken out.
#[test]
pub(crate) fn huge_texts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    for outcome in runs("huge_texts", &listener.local_addr().unwrap().to_string()) {
        outcome.exits(0).got_nothing();
        assert!(listener.accept().is_err(), "a connection arrived: {outcome}");
    }
}

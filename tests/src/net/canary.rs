//! A place that nothing may ever reach.
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, UdpSocket};

use super::{ANY, beside};

/// A TCP listener and a UDP socket at one port that no rule names.
#[derive(Debug)]
pub struct Canary {
    tcp: TcpListener,
    udp: UdpSocket,
}

impl Default for Canary {
    fn default() -> Self {
        Self::new()
    }
}

impl Canary {
    /// At a free port of `127.0.0.1`.
    #[must_use]
    pub fn new() -> Self {
        Self::at(ANY)
    }

    /// At this address.
    ///
    /// # Panics
    /// Where it is taken.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        let tcp = TcpListener::bind(address).unwrap();
        let udp = UdpSocket::bind(tcp.local_addr().unwrap()).unwrap();
        tcp.set_nonblocking(true).unwrap();
        udp.set_nonblocking(true).unwrap();
        Self { tcp, udp }
    }

    /// At the port of a server, and another address of the loopback interface.
    #[must_use]
    pub fn beside(address: SocketAddr, ip: &str) -> Self {
        Self::at(beside(address, ip))
    }

    /// Where it is.
    ///
    /// # Panics
    /// Never, as long as it is there.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.tcp.local_addr().unwrap()
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address().port()
    }

    /// Nothing has connected, and no datagram has arrived. The kernel completes a connection without us, and keeps it until it
    /// is accepted: so that this sees also those that are over.
    ///
    /// # Panics
    /// Where something has.
    pub fn is_untouched(&self) {
        match self.tcp.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => panic!("something reached the canary at {}: {other:?}", self.address()),
        }
        let mut bytes = [0; 64];
        match self.udp.recv(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => panic!("a datagram reached the canary at {}: {other:?} {bytes:?}", self.address()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn sees_nothing_where_nothing_came() {
        Canary::new().is_untouched();
    }

    #[test]
    #[should_panic(expected = "something reached the canary")]
    fn sees_a_connection_that_is_over() {
        let canary = Canary::new();
        drop(TcpStream::connect(canary.address()).unwrap());
        std::thread::sleep(std::time::Duration::from_millis(20));
        canary.is_untouched();
    }

    #[test]
    #[should_panic(expected = "a datagram reached the canary")]
    fn sees_a_datagram() {
        let canary = Canary::new();
        UdpSocket::bind(ANY).unwrap().send_to(b"secret", canary.address()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        canary.is_untouched();
    }
}

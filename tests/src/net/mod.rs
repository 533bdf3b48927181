//! Real servers on the loopback interface, for tests of the network: each records what it saw, and is gone when it is dropped.
//!
//! Nothing here waits for ever: every server ends with its owner, and every connection after a minute.
mod background;
pub mod canary;
pub mod dns;
pub mod gauge;
pub mod gzip;
pub mod http;
mod log;
pub mod payload;
pub mod pki;
pub mod raw;
pub mod rules;
mod wire;

pub use canary::Canary;
pub use dns::{Dns, Reply};
pub use http::{Answer, HttpServer, Seen};
pub use log::Log;
pub use payload::Payload;
pub use pki::{Authority, Identity};
pub use raw::{RawServer, Step};

use std::net::SocketAddr;

/// Any free port of the loopback interface.
pub const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// The same port at another address of the loopback interface: on Linux all of `127.0.0.0/8` is this machine.
///
/// # Panics
/// Where `ip` is no address.
#[must_use]
pub fn beside(address: SocketAddr, ip: &str) -> SocketAddr {
    SocketAddr::new(ip.parse().unwrap(), address.port())
}

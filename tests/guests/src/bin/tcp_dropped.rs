//! Connects and lets go: before the connection is there, as soon as it is, and with half of its streams.
use std::process::ExitCode;

use toolward_guests::{given, must_work};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

fn main() -> ExitCode {
    let [port] = given();
    let port = port.parse().expect("a port");
    let address = IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) });
    let network = instance_network();
    for round in 0..30 {
        let socket = must_work("create", create_tcp_socket(IpAddressFamily::Ipv4));
        must_work("connect", socket.start_connect(&network, address));
        if round % 3 == 0 {
            continue;
        }
        socket.subscribe().block();
        if round % 3 == 1 {
            continue;
        }
        let (input, output) = must_work("connect", socket.finish_connect());
        drop(output);
        drop(input);
    }
    ExitCode::SUCCESS
}

//! Shuts each way of a connection down, and goes on using it.
use std::process::ExitCode;

use toolward_guests::{Attack, given, must_work};
use wasip2::io::streams::{InputStream, OutputStream};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp::{ShutdownType, TcpSocket};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

fn connected(port: u16) -> (InputStream, OutputStream, TcpSocket) {
    let address = IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) });
    let socket = must_work("create", create_tcp_socket(IpAddressFamily::Ipv4));
    must_work("connect", socket.start_connect(&instance_network(), address));
    socket.subscribe().block();
    let (input, output) = must_work("connect", socket.finish_connect());
    (input, output, socket)
}

fn main() -> ExitCode {
    let [port] = given();
    let port = port.parse().expect("a port");
    let mut attack = Attack::begin();

    let (input, output, socket) = connected(port);
    must_work("write", output.blocking_write_and_flush(b"hello"));
    must_work("shut down sending", socket.shutdown(ShutdownType::Send));
    attack.must_fail("write late", output.blocking_write_and_flush(b"late"));
    attack.must_fail("ask for room", output.check_write());
    attack.must_fail("flush", output.flush());
    let read = must_work("read", input.blocking_read(64));
    println!("still read {}", String::from_utf8_lossy(&read));
    must_work("shut down sending once more", socket.shutdown(ShutdownType::Both));
    attack.must_fail("read late", input.read(64));
    drop((input, output));
    drop(socket);

    let (input, output, socket) = connected(port);
    must_work("shut down receiving", socket.shutdown(ShutdownType::Receive));
    input.subscribe().block();
    attack.must_fail("read what was shut down", input.blocking_read(64));
    must_work("still write", output.blocking_write_and_flush(b"hello"));
    drop((input, output));
    attack.end()
}

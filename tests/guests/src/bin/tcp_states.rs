//! Calls on sockets in orders that no library makes: twice, too early, after the end, on what is gone.
use std::process::ExitCode;

use toolward_guests::given;
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp::{ShutdownType, TcpSocket};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

fn every_call(socket: &TcpSocket, address: IpSocketAddress) {
    let network = instance_network();
    println!("finish-connect {:?}", socket.finish_connect().map(drop));
    println!("start-connect {:?}", socket.start_connect(&network, address));
    println!("start-connect again {:?}", socket.start_connect(&network, address));
    drop(network);
    println!("finish-connect too early {:?}", socket.finish_connect().map(drop));
    socket.subscribe().block();
    let streams = socket.finish_connect();
    println!("finish-connect {:?}", streams.as_ref().map(|_| ()));
    println!("finish-connect again {:?}", socket.finish_connect().map(drop));
    println!("start-listen {:?}", socket.start_listen());
    println!("finish-listen {:?}", socket.finish_listen());
    println!("finish-bind {:?}", socket.finish_bind());
    println!("accept {:?}", socket.accept().map(drop));
    println!("backlog {:?}", socket.set_listen_backlog_size(u64::MAX));
    println!("hops {:?}", socket.set_hop_limit(0));
    println!("buffers {:?} {:?}", socket.set_receive_buffer_size(u64::MAX), socket.set_send_buffer_size(0));
    println!("keep-alive {:?} {:?}", socket.set_keep_alive_idle_time(0), socket.set_keep_alive_count(0));
    for how in [ShutdownType::Send, ShutdownType::Send, ShutdownType::Both, ShutdownType::Receive] {
        println!("shutdown {how:?} {:?}", socket.shutdown(how));
    }
    if let Ok((input, output)) = streams {
        println!("read {:?}", input.blocking_read(u64::MAX).map(|bytes| bytes.len()));
        println!("write {:?}", output.blocking_write_and_flush(b"late"));
    }
}

fn main() -> ExitCode {
    let [port] = given();
    let address =
        IpSocketAddress::Ipv4(Ipv4SocketAddress { port: port.parse().expect("a port"), address: (127, 0, 0, 1) });
    for family in [IpAddressFamily::Ipv4, IpAddressFamily::Ipv6] {
        match create_tcp_socket(family) {
            Ok(socket) => every_call(&socket, address),
            Err(error) => println!("no socket: {error}"),
        }
    }
    println!("done");
    ExitCode::SUCCESS
}

//! Binds and listens by the raw host calls, on a socket that may connect.
use std::process::ExitCode;

use toolward_guests::{Attack, given};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

fn bind(socket: &TcpSocket, address: IpSocketAddress) -> Result<(), ErrorCode> {
    socket.start_bind(&instance_network(), address)?;
    socket.finish_bind()
}

fn listen(socket: &TcpSocket) -> Result<(), ErrorCode> {
    socket.start_listen()?;
    socket.finish_listen()
}

fn main() -> ExitCode {
    let [port] = given();
    let mut attack = Attack::begin();
    for address in [(127, 0, 0, 1), (0, 0, 0, 0)] {
        for port in [0, port.parse().expect("a port")] {
            // That no socket is made at all is a refusal too.
            let bound = create_tcp_socket(IpAddressFamily::Ipv4)
                .and_then(|socket| bind(&socket, IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address })));
            attack.must_fail(format!("bind {address:?}:{port}"), bound);
        }
    }
    let listening = create_tcp_socket(IpAddressFamily::Ipv4).and_then(|socket| {
        // Whether or not it is bound.
        let _bound = bind(&socket, IpSocketAddress::Ipv4(Ipv4SocketAddress { port: 0, address: (127, 0, 0, 1) }));
        listen(&socket)?;
        socket.accept().map(drop)
    });
    attack.must_fail("listen", listening);
    attack.end()
}

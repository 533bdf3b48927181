//! Sockets: none can be made, and the one that there is only sends and receives.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("socket-unix", "a socket of `AF_UNIX`", || {
        sys(libc::SYS_socket, [libc::AF_UNIX.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-inet", "a socket of `AF_INET`", || {
        sys(libc::SYS_socket, [libc::AF_INET.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-inet6", "a socket of `AF_INET6`", || {
        sys(libc::SYS_socket, [libc::AF_INET6.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-netlink", "a socket of `AF_NETLINK`", || {
        sys(libc::SYS_socket, [libc::AF_NETLINK.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-packet", "a socket of `AF_PACKET`", || {
        sys(libc::SYS_socket, [libc::AF_PACKET.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-vsock", "a socket of `AF_VSOCK`", || {
        sys(libc::SYS_socket, [libc::AF_VSOCK.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-alg", "a socket of `AF_ALG`", || {
        sys(libc::SYS_socket, [libc::AF_ALG.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-bluetooth", "a socket of `AF_BLUETOOTH`", || {
        sys(libc::SYS_socket, [libc::AF_BLUETOOTH.into(), libc::SOCK_STREAM.into()])
    }),
    call("socket-xdp", "a socket of `AF_XDP`", || {
        sys(libc::SYS_socket, [libc::AF_XDP.into(), libc::SOCK_STREAM.into()])
    }),
    call("socketpair", "a pair of sockets", || {
        sys(libc::SYS_socketpair, [libc::AF_UNIX.into(), libc::SOCK_STREAM.into()])
    }),
    call("connect", "connecting the one socket elsewhere", || sys(libc::SYS_connect, [0, 0, 0])),
    call("bind", "giving it a name", || sys(libc::SYS_bind, [0, 0, 0])),
    call("listen", "listening on it", || sys(libc::SYS_listen, [0, 1])),
    call("accept", "accepting on it", || sys(libc::SYS_accept4, [0, 0, 0, 0])),
    call("sendto", "sending on it by another call", || sys(libc::SYS_sendto, [0, text(c"x"), 1])),
    call("sendmmsg", "many messages at once", || sys(libc::SYS_sendmmsg, [0, 0, 0])),
    call("setsockopt", "changing it", || sys(libc::SYS_setsockopt, [0, 1, 2, 0, 0])),
    call("shutdown", "ending one direction of it", || sys(libc::SYS_shutdown, [0, 1])),
];

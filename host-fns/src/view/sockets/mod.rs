//! `wasi:sockets`: TCP connections and name lookups, each a stream or an answer of the door. Nobody binds, listens or sends
//! datagrams; each attempt is recorded.
mod lookup;
mod stream;
mod tcp;

use wasmtime::component::{HasData, Resource};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::{network, udp_create_socket};
use wasmtime_wasi::p2::{SocketError, UdpSocket};

use super::fault::ending;
use crate::door::{Fault, NetworkFault, NetworkRequest, Reply, Request};
use crate::guest::Guest;

/// The interfaces with types of our own.
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "toolward:host/network",
        imports: { default: trappable },
        trappable_error_type: { "wasi:sockets/network.error-code" => wasmtime_wasi::p2::SocketError },
        with: {
            "wasi:io": wasmtime_wasi_io::bindings::wasi::io,
            "wasi:clocks": wasmtime_wasi::p2::bindings::clocks,
            "wasi:sockets/network": wasmtime_wasi::p2::bindings::sockets::network,
            "wasi:sockets/tcp.tcp-socket": super::tcp::Socket,
            "wasi:sockets/ip-name-lookup.resolve-address-stream": super::lookup::Answers,
        },
        require_store_data_send: true,
    });
}

pub(super) use bindings::wasi::sockets::{ip_name_lookup, tcp as tcp_interface, tcp_create_socket};

/// Marks the view for the linker.
pub(super) struct Sockets;

impl HasData for Sockets {
    type Data<'a> = SocketsView<'a>;
}

pub(super) struct SocketsView<'a>(pub(super) &'a mut Guest);

impl SocketsView<'_> {
    /// Has an attempt recorded that nothing allows; the error that the guest gets.
    fn refuse(&self, request: NetworkRequest) -> SocketError {
        match self.0.door.perform_now(Request::Network(request)) {
            Reply::Fault(fault) => error(fault),
            _ => ErrorCode::AccessDenied.into(),
        }
    }
}

/// A fault in the interface's words.
fn error(fault: Fault) -> SocketError {
    let code = match fault {
        Fault::Limit(_) | Fault::Over | Fault::Broken => return SocketError::trap(ending(fault)),
        Fault::Refused | Fault::CrossDevice | Fault::Os(_) => ErrorCode::AccessDenied,
        Fault::Network(fault) => match fault {
            NetworkFault::NoSuchName => ErrorCode::NameUnresolvable,
            NetworkFault::LookupTimeout => ErrorCode::TemporaryResolverFailure,
            NetworkFault::ConnectionRefused => ErrorCode::ConnectionRefused,
            NetworkFault::Unreachable => ErrorCode::RemoteUnreachable,
            NetworkFault::ConnectTimeout | NetworkFault::ResponseTimeout | NetworkFault::ReadTimeout => {
                ErrorCode::Timeout
            }
            NetworkFault::Terminated => ErrorCode::ConnectionReset,
            NetworkFault::NoStream => ErrorCode::InvalidState,
            NetworkFault::Certificate | NetworkFault::Tls | NetworkFault::Protocol | NetworkFault::BodySize => {
                ErrorCode::Unknown
            }
        },
    };
    code.into()
}

impl network::Host for SocketsView<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn network_error_code(&mut self, _: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        Ok(None)
    }
}

impl network::HostNetwork for SocketsView<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        self.0.table.delete(network)?;
        Ok(())
    }
}

impl udp_create_socket::Host for SocketsView<'_> {
    async fn create_udp_socket(&mut self, _: IpAddressFamily) -> Result<Resource<UdpSocket>, SocketError> {
        Err(self.refuse(NetworkRequest::Udp))
    }
}

//! `wasi:sockets`, closed: no socket is ever made and no name looked up; each attempt is recorded.
//!
//! The methods on sockets are wasmtime-wasi's own, for a resource of which no guest ever holds one.
use wasmtime::component::{HasData, Resource};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::{self, ip_name_lookup, tcp_create_socket, udp_create_socket};
use wasmtime_wasi::p2::{DynPollable, SocketError, TcpSocket, UdpSocket};

use super::fault::{at_once, ending};
use crate::door::{Fault, NetworkRequest, Reply, Request};
use crate::guest::Guest;

/// Marks the view for the linker.
pub(super) struct Sockets;

impl HasData for Sockets {
    type Data<'a> = SocketsView<'a>;
}

pub(super) struct SocketsView<'a>(pub(super) &'a mut Guest);

impl SocketsView<'_> {
    /// Has an attempt recorded; the error that the guest gets.
    fn refuse(&self, request: NetworkRequest) -> SocketError {
        match at_once(self.0.door.perform(Request::Network(request))) {
            Reply::Fault(fault @ (Fault::Limit(_) | Fault::Broken)) => SocketError::trap(ending(fault)),
            _ => ErrorCode::AccessDenied.into(),
        }
    }
}

/// What an error of a socket is in the interface's words.
impl sockets::network::Host for SocketsView<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn network_error_code(&mut self, _: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        Ok(None)
    }
}

impl sockets::network::HostNetwork for SocketsView<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        self.0.table.delete(network)?;
        Ok(())
    }
}

impl tcp_create_socket::Host for SocketsView<'_> {
    fn create_tcp_socket(&mut self, _: IpAddressFamily) -> Result<Resource<TcpSocket>, SocketError> {
        Err(self.refuse(NetworkRequest::Tcp))
    }
}

impl udp_create_socket::Host for SocketsView<'_> {
    async fn create_udp_socket(&mut self, _: IpAddressFamily) -> Result<Resource<UdpSocket>, SocketError> {
        Err(self.refuse(NetworkRequest::Udp))
    }
}

impl ip_name_lookup::Host for SocketsView<'_> {
    fn resolve_addresses(
        &mut self,
        _: Resource<Network>,
        name: String,
    ) -> Result<Resource<ip_name_lookup::ResolveAddressStream>, SocketError> {
        Err(self.refuse(NetworkRequest::Dns { name }))
    }
}

/// For a resource that is never handed out.
impl ip_name_lookup::HostResolveAddressStream for SocketsView<'_> {
    fn resolve_next_address(
        &mut self,
        _: Resource<ip_name_lookup::ResolveAddressStream>,
    ) -> Result<Option<IpAddress>, SocketError> {
        Err(ErrorCode::AccessDenied.into())
    }

    fn subscribe(
        &mut self,
        _: Resource<ip_name_lookup::ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        Err(ending(Fault::Broken))
    }

    fn drop(&mut self, _: Resource<ip_name_lookup::ResolveAddressStream>) -> wasmtime::Result<()> {
        Ok(())
    }
}

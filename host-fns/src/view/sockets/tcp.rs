//! `wasi:sockets/tcp`: a socket that can do one thing, connect. Its options are accepted and remembered, and change nothing.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, DynPollable, SocketError};
use wasmtime_wasi_io::poll::{Pollable, subscribe};

use super::stream::{Held, Input, Output};
use super::tcp_interface::{self, ShutdownType};
use super::{SocketsView, error, tcp_create_socket};
use crate::door::{Fault, NetworkReply, NetworkRequest, Reply};
use crate::view::pending::Pending;

/// What a guest may set a buffer to: it is told so, and gets the system's.
const BUFFER: u64 = 64 << 10;

/// A socket of the guest's.
#[expect(unreachable_pub, reason = "the interface's bindings name it")]
pub struct Socket {
    family: IpAddressFamily,
    state: State,
    options: Options,
    /// What was asked when the guest said that it sends nothing more.
    finishing: Option<Pending>,
}

enum State {
    Fresh,
    Connecting(Pending),
    Connected { held: Arc<Held>, own: SocketAddr, other: SocketAddr },
    Closed,
}

/// What was set, to be read back.
#[derive(Debug, Clone, Copy)]
struct Options {
    keep_alive: bool,
    idle_time: u64,
    interval: u64,
    count: u32,
    hop_limit: u8,
    receive_buffer: u64,
    send_buffer: u64,
}

impl Default for Options {
    fn default() -> Self {
        let seconds = |n| u64::try_from(Duration::from_secs(n).as_nanos()).unwrap_or(u64::MAX);
        Self {
            keep_alive: false,
            idle_time: seconds(7200),
            interval: seconds(75),
            count: 9,
            hop_limit: 64,
            receive_buffer: BUFFER,
            send_buffer: BUFFER,
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Socket {
    async fn ready(&mut self) {
        if let State::Connecting(pending) = &mut self.state {
            pending.ready().await;
        }
    }
}

type This = Resource<Socket>;

impl SocketsView<'_> {
    fn socket(&mut self, this: &This) -> Result<&mut Socket, SocketError> {
        Ok(self.0.table.get_mut(this)?)
    }

    fn ends(&mut self, this: &This) -> Result<(SocketAddr, SocketAddr), SocketError> {
        match &self.socket(this)?.state {
            State::Connected { own, other, .. } => Ok((*own, *other)),
            State::Fresh | State::Connecting(_) | State::Closed => Err(ErrorCode::InvalidState.into()),
        }
    }

    /// Remembers an option, where it is one that can be.
    fn set(&mut self, this: &This, valid: bool, set: impl FnOnce(&mut Options)) -> Result<(), SocketError> {
        if !valid {
            return Err(ErrorCode::InvalidArgument.into());
        }
        set(&mut self.socket(this)?.options);
        Ok(())
    }
}

impl tcp_create_socket::Host for SocketsView<'_> {
    fn create_tcp_socket(&mut self, family: IpAddressFamily) -> Result<This, SocketError> {
        let socket = Socket { family, state: State::Fresh, options: Options::default(), finishing: None };
        Ok(self.0.table.push(socket)?)
    }
}

impl tcp_interface::Host for SocketsView<'_> {}

impl tcp_interface::HostTcpSocket for SocketsView<'_> {
    fn start_bind(&mut self, this: This, _: Resource<Network>, _: IpSocketAddress) -> Result<(), SocketError> {
        self.socket(&this)?;
        Err(self.refuse(NetworkRequest::TcpServe))
    }

    fn finish_bind(&mut self, _: This) -> Result<(), SocketError> {
        Err(ErrorCode::NotInProgress.into())
    }

    fn start_connect(
        &mut self,
        this: This,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> Result<(), SocketError> {
        self.0.table.get(&network)?;
        let address = SocketAddr::from(address);
        let door = Arc::clone(&self.0.door);
        let socket = self.socket(&this)?;
        // An address of the other family in disguise is none of this one (wasi:sockets/tcp, `start-connect`).
        let is_4 = matches!(socket.family, IpAddressFamily::Ipv4);
        let fits = address.is_ipv4() == is_4 && address.ip().to_canonical().is_ipv4() == is_4;
        match socket.state {
            State::Fresh if fits && address.port() != 0 && !address.ip().is_unspecified() => {}
            State::Fresh => return Err(ErrorCode::InvalidArgument.into()),
            State::Connecting(_) => return Err(ErrorCode::ConcurrencyConflict.into()),
            State::Connected { .. } | State::Closed => return Err(ErrorCode::InvalidState.into()),
        }
        let pending = Pending::ask(&door, NetworkRequest::TcpConnect(address));
        if let Some(fault) = pending.fault() {
            socket.state = State::Closed;
            return Err(error(fault));
        }
        socket.state = State::Connecting(pending);
        Ok(())
    }

    fn finish_connect(
        &mut self,
        this: This,
    ) -> Result<(Resource<DynInputStream>, Resource<DynOutputStream>), SocketError> {
        let door = Arc::clone(&self.0.door);
        let socket = self.socket(&this)?;
        let pending = match std::mem::replace(&mut socket.state, State::Closed) {
            State::Connecting(pending) => pending,
            other => {
                socket.state = other;
                return Err(ErrorCode::NotInProgress.into());
            }
        };
        let held = match pending.now() {
            Err(pending) => {
                socket.state = State::Connecting(pending);
                return Err(ErrorCode::WouldBlock.into());
            }
            Ok(Reply::Network(NetworkReply::Opened { id, ends: Some((own, other)) })) => {
                let held = Held::new(door, id);
                socket.state = State::Connected { held: Arc::clone(&held), own, other };
                held
            }
            Ok(Reply::Fault(fault)) => return Err(error(fault)),
            Ok(_) => return Err(error(Fault::Broken)),
        };
        let input: DynInputStream = Box::new(Input::new(Arc::clone(&held)));
        let output: DynOutputStream = Box::new(Output::new(held));
        let input = self.0.table.push_child(input, &this)?;
        Ok((input, self.0.table.push_child(output, &this)?))
    }

    fn start_listen(&mut self, this: This) -> Result<(), SocketError> {
        self.socket(&this)?;
        Err(self.refuse(NetworkRequest::TcpServe))
    }

    fn finish_listen(&mut self, _: This) -> Result<(), SocketError> {
        Err(ErrorCode::NotInProgress.into())
    }

    fn accept(&mut self, _: This) -> Result<(This, Resource<DynInputStream>, Resource<DynOutputStream>), SocketError> {
        Err(ErrorCode::InvalidState.into())
    }

    fn local_address(&mut self, this: This) -> Result<IpSocketAddress, SocketError> {
        Ok(self.ends(&this)?.0.into())
    }

    fn remote_address(&mut self, this: This) -> Result<IpSocketAddress, SocketError> {
        Ok(self.ends(&this)?.1.into())
    }

    fn is_listening(&mut self, _: This) -> wasmtime::Result<bool> {
        Ok(false)
    }

    fn address_family(&mut self, this: This) -> wasmtime::Result<IpAddressFamily> {
        Ok(self.0.table.get(&this)?.family)
    }

    fn set_listen_backlog_size(&mut self, this: This, value: u64) -> Result<(), SocketError> {
        self.set(&this, value != 0, |_| {})
    }

    fn keep_alive_enabled(&mut self, this: This) -> Result<bool, SocketError> {
        Ok(self.socket(&this)?.options.keep_alive)
    }

    fn set_keep_alive_enabled(&mut self, this: This, value: bool) -> Result<(), SocketError> {
        self.set(&this, true, |options| options.keep_alive = value)
    }

    fn keep_alive_idle_time(&mut self, this: This) -> Result<u64, SocketError> {
        Ok(self.socket(&this)?.options.idle_time)
    }

    fn set_keep_alive_idle_time(&mut self, this: This, value: u64) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.idle_time = value)
    }

    fn keep_alive_interval(&mut self, this: This) -> Result<u64, SocketError> {
        Ok(self.socket(&this)?.options.interval)
    }

    fn set_keep_alive_interval(&mut self, this: This, value: u64) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.interval = value)
    }

    fn keep_alive_count(&mut self, this: This) -> Result<u32, SocketError> {
        Ok(self.socket(&this)?.options.count)
    }

    fn set_keep_alive_count(&mut self, this: This, value: u32) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.count = value)
    }

    fn hop_limit(&mut self, this: This) -> Result<u8, SocketError> {
        Ok(self.socket(&this)?.options.hop_limit)
    }

    fn set_hop_limit(&mut self, this: This, value: u8) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.hop_limit = value)
    }

    fn receive_buffer_size(&mut self, this: This) -> Result<u64, SocketError> {
        Ok(self.socket(&this)?.options.receive_buffer)
    }

    fn set_receive_buffer_size(&mut self, this: This, value: u64) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.receive_buffer = value)
    }

    fn send_buffer_size(&mut self, this: This) -> Result<u64, SocketError> {
        Ok(self.socket(&this)?.options.send_buffer)
    }

    fn set_send_buffer_size(&mut self, this: This, value: u64) -> Result<(), SocketError> {
        self.set(&this, value != 0, |options| options.send_buffer = value)
    }

    fn subscribe(&mut self, this: This) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe(&mut self.0.table, this)
    }

    /// The guest reads nothing more, or writes nothing more; of the second the other side is told.
    fn shutdown(&mut self, this: This, how: ShutdownType) -> Result<(), SocketError> {
        let socket = self.socket(&this)?;
        let State::Connected { held, .. } = &socket.state else { return Err(ErrorCode::InvalidState.into()) };
        if matches!(how, ShutdownType::Receive | ShutdownType::Both) {
            held.shut_down_receiving();
        }
        if matches!(how, ShutdownType::Send | ShutdownType::Both) && held.shut_down_sending() {
            socket.finishing = Some(Pending::ask(&held.door, NetworkRequest::Finish(held.id)));
        }
        Ok(())
    }

    fn drop(&mut self, this: This) -> wasmtime::Result<()> {
        self.0.table.delete(this)?;
        Ok(())
    }
}

//! `wasi:sockets/ip-name-lookup`: one name, one access.
use std::net::IpAddr;
use std::vec::IntoIter;

use toolward_manifests::pattern::Host;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress, Network};
use wasmtime_wasi::p2::{DynPollable, SocketError};
use wasmtime_wasi_io::poll::{Pollable, subscribe};

use super::{SocketsView, error, ip_name_lookup};
use crate::door::{Fault, NetworkReply, NetworkRequest, Reply, Request};
use crate::view::pending::Pending;

/// The addresses of a name, to come or here.
#[expect(unreachable_pub, reason = "the interface's bindings name it")]
pub enum Answers {
    /// To come; `None` only while they are taken.
    Waiting(Option<Pending>),
    /// Those that are left.
    Here(IntoIter<IpAddr>),
    /// There are none.
    Failed(Fault),
}

impl Answers {
    fn settle(&mut self) {
        let Self::Waiting(waiting) = self else { return };
        match waiting.take().map(Pending::now) {
            Some(Err(pending)) => *waiting = Some(pending),
            Some(Ok(Reply::Network(NetworkReply::Addresses(addresses)))) => *self = Self::Here(addresses.into_iter()),
            Some(Ok(Reply::Fault(fault))) => *self = Self::Failed(fault),
            Some(Ok(_)) | None => *self = Self::Failed(Fault::Broken),
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Answers {
    async fn ready(&mut self) {
        if let Self::Waiting(Some(pending)) = self {
            pending.ready().await;
        }
    }
}

impl SocketsView<'_> {
    /// Has the attempt recorded; the error is the interface's own for a text that is no name.
    fn no_name_of_a_host(&self, name: String) -> SocketError {
        match self.0.door.perform_now(Request::Network(NetworkRequest::Lookup { name })) {
            Reply::Fault(Fault::Refused) => ErrorCode::InvalidArgument.into(),
            Reply::Fault(fault) => error(fault),
            _ => error(Fault::Broken),
        }
    }
}

impl ip_name_lookup::Host for SocketsView<'_> {
    fn resolve_addresses(
        &mut self,
        network: Resource<Network>,
        name: String,
    ) -> Result<Resource<Answers>, SocketError> {
        self.0.table.get(&network)?;
        if Host::parse(&name).is_err() {
            return Err(self.no_name_of_a_host(name));
        }
        let mut answers = Answers::Waiting(Some(Pending::ask(&self.0.door, NetworkRequest::Lookup { name })));
        answers.settle();
        if let Answers::Failed(fault) = answers {
            return Err(error(fault));
        }
        Ok(self.0.table.push(answers)?)
    }
}

impl ip_name_lookup::HostResolveAddressStream for SocketsView<'_> {
    fn resolve_next_address(&mut self, answers: Resource<Answers>) -> Result<Option<IpAddress>, SocketError> {
        let answers = self.0.table.get_mut(&answers)?;
        answers.settle();
        match answers {
            Answers::Waiting(_) => Err(ErrorCode::WouldBlock.into()),
            Answers::Here(left) => Ok(left.next().map(IpAddress::from)),
            Answers::Failed(fault) => Err(error(*fault)),
        }
    }

    fn subscribe(&mut self, answers: Resource<Answers>) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe(&mut self.0.table, answers)
    }

    fn drop(&mut self, answers: Resource<Answers>) -> wasmtime::Result<()> {
        self.0.table.delete(answers)?;
        Ok(())
    }
}

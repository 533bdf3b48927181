//! The network: decide on what is asked, resolve, decide on the addresses, record, then exchange with that very address.
//!
//! [`Network`] is what a process has of it: trust, resolver, pool. [`Net`] is one call's side: its streams, its limits, and
//! the addresses that it looked up. [`effect`] is the only module that opens a connection or sends a query, and every
//! function in it consumes a [`Permit`](crate::mediate::Permit).
mod asked;
mod before_answer;
mod budget;
mod client;
mod effect;
mod exchange;
mod http;
mod interim;
mod lookup;
mod opening;
mod outgoing;
mod pool;
mod resolver;
mod streams;
mod tcp;
mod tls;

pub use tls::{BadRoots, Roots};

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use toolward_manifests::{Kind, Limits};

use crate::door::{Fault, NetworkReply, NetworkRequest, Reply, StreamId};
use crate::mediate::Mediator;
use crate::standing::Standing;
use budget::Budget;
use pool::Pool;
use resolver::Resolver;
use streams::{Stream, Streams};
use tls::Trust;

/// What the operator says of the network.
#[derive(Debug, Clone, Default)]
pub struct NetworkOptions {
    /// Certificates to trust beside the system's.
    pub roots: Roots,
    /// Who is asked for names; `None` is whom the system asks.
    pub resolver: Option<SocketAddr>,
    /// Where Toolward itself listens: no rule opens these. An unspecified address stands for every one with its port, since
    /// which of them are this machine's may change.
    pub own_listeners: Vec<SocketAddr>,
}

/// The network of one process. Made without effect: roots and resolver are loaded when first needed.
pub struct Network {
    trust: Trust,
    resolver: Resolver,
    pool: Pool,
    own_listeners: Vec<SocketAddr>,
}

impl Network {
    /// The network with these options.
    #[must_use]
    pub fn new(options: NetworkOptions) -> Self {
        Self {
            trust: Trust::new(options.roots),
            resolver: Resolver::new(options.resolver),
            pool: Pool::default(),
            own_listeners: options.own_listeners,
        }
    }

    /// Whether Toolward itself listens there.
    fn is_own(&self, address: SocketAddr) -> bool {
        self.own_listeners.iter().any(|own| {
            let same = own.ip().to_canonical() == address.ip().to_canonical();
            own.port() == address.port() && (same || own.ip().is_unspecified())
        })
    }
}

/// One call's side of the network.
pub(crate) struct Net {
    network: Arc<Network>,
    /// Whose connections these are: none is shared with another tool.
    tool: Arc<str>,
    budget: Arc<Budget>,
    streams: Mutex<Streams>,
    /// The names that this call may know an address by: it looked them up.
    names: Mutex<HashMap<IpAddr, Vec<String>>>,
    /// When the call's time is over.
    deadline: Instant,
}

/// The least that a lookup or a connection is given, however little of the call's time is left.
const LEAST_PATIENCE: Duration = Duration::from_millis(250);

/// What one request works with.
struct Cx<'a> {
    net: &'a Net,
    mediator: &'a Mediator,
}

impl Net {
    pub(crate) fn new(network: Arc<Network>, tool: Arc<str>, limits: &Limits, task: Arc<dyn Standing>) -> Self {
        let budget = Arc::new(Budget::new(limits, task));
        let streams = Mutex::new(Streams::new(limits.connections));
        let deadline = Instant::now() + limits.time;
        Self { network, tool, budget, streams, names: Mutex::default(), deadline }
    }

    /// How long a lookup or a connection may take: half of the time that the call has left, so that one slow server leaves the
    /// tool time to say so or to try another.
    fn patience(&self) -> Duration {
        (self.deadline.saturating_duration_since(Instant::now()) / 2).max(LEAST_PATIENCE)
    }

    pub(crate) async fn perform(&self, mediator: &Mediator, request: NetworkRequest) -> Reply {
        let cx = Cx { net: self, mediator };
        let reply = match request {
            NetworkRequest::Http(head) => cx.http(head).await,
            NetworkRequest::Response(id) => cx.response(id).await,
            NetworkRequest::TcpConnect(address) => cx.tcp_connect(address).await,
            NetworkRequest::TcpServe => Err(cx.closed("listen", "a tool accepts no connections")),
            NetworkRequest::Udp => Err(cx.closed("udp", "a tool sends no datagrams")),
            NetworkRequest::Lookup { name } => cx.lookup(&name).await,
            NetworkRequest::Read(id) => cx.read(id).await,
            NetworkRequest::Write(id, bytes) => cx.write(id, bytes).await,
            NetworkRequest::Finish(id) => cx.finish(id).await,
        };
        reply.map_or_else(Reply::Fault, Reply::Network)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stream(&self, id: StreamId) -> Result<Arc<Stream>, Fault> {
        self.streams().get(id)
    }

    /// A guest let go of a stream.
    pub(crate) fn close(&self, mediator: &Mediator, id: StreamId) -> Result<(), Fault> {
        let stream = self.streams().remove(id);
        stream.map_or(Ok(()), |stream| stream.settle(mediator))
    }

    /// The guest has ended: every stream does too.
    pub(crate) fn end(&self, mediator: &Mediator) {
        let streams = self.streams().end();
        for stream in streams {
            // It is logged, and the call fails at its own record.
            let _logged = stream.settle(mediator);
        }
    }
}

impl Cx<'_> {
    /// What nothing opens.
    fn closed(&self, resource: &str, note: &str) -> Fault {
        self.mediator.refuse_unruled(Kind::Tcp, "connect", resource, note)
    }

    async fn read(&self, id: StreamId) -> Result<NetworkReply, Fault> {
        let stream = self.net.stream(id)?;
        let reply = stream.read().await?;
        if let NetworkReply::Bytes(bytes) = &reply {
            self.net.budget.received(bytes.len() as u64)?;
        }
        Ok(reply)
    }

    async fn write(&self, id: StreamId, bytes: bytes::Bytes) -> Result<NetworkReply, Fault> {
        let stream = self.net.stream(id)?;
        self.net.budget.sent(bytes.len() as u64)?;
        stream.write(bytes).await.map(|()| NetworkReply::Taken)
    }

    async fn finish(&self, id: StreamId) -> Result<NetworkReply, Fault> {
        self.net.stream(id)?.finish().await.map(|()| NetworkReply::Taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_opens_what_toolward_itself_listens_on() {
        let own_listeners = vec!["127.0.0.1:8443".parse().unwrap(), "0.0.0.0:9000".parse().unwrap()];
        let network = Network::new(NetworkOptions { own_listeners, ..NetworkOptions::default() });
        for own in ["127.0.0.1:8443", "[::ffff:127.0.0.1]:8443", "10.0.0.5:9000", "[::1]:9000"] {
            assert!(network.is_own(own.parse().unwrap()), "{own}");
        }
        for other in ["127.0.0.1:8444", "127.0.0.2:8443", "10.0.0.5:8443"] {
            assert!(!network.is_own(other.parse().unwrap()), "{other}");
        }
    }
}

//! TCP: a connection to an address that was looked up by an allowed name, or that a rule names.
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Mutex;
use toolward_manifests::address::is_public;
use toolward_manifests::pattern::Host;
use toolward_manifests::{Access, Verdict};

use super::streams::Talk;
use super::{Cx, effect};
use crate::door::{Fault, NetworkFault, NetworkReply};
use crate::mediate::{Obstacle, Weight, Wish};
use crate::record::Peer;

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// As much is read at a time.
const PIECE: usize = 64 << 10;

/// An open connection.
pub(super) struct Connection {
    read: Mutex<OwnedReadHalf>,
    write: Mutex<OwnedWriteHalf>,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let (read, write) = stream.into_split();
        Self { read: Mutex::new(read), write: Mutex::new(write) }
    }

    pub(super) async fn read(&self) -> Result<NetworkReply, NetworkFault> {
        let mut read = self.read.lock().await;
        // One that waits for its turn holds no memory.
        let mut bytes = BytesMut::with_capacity(PIECE);
        match read.read_buf(&mut bytes).await {
            Ok(0) => Ok(NetworkReply::End { trailers: Vec::new() }),
            Ok(_) => Ok(NetworkReply::Bytes(Bytes::from(bytes))),
            Err(_) => Err(NetworkFault::Terminated),
        }
    }

    pub(super) async fn write(&self, bytes: &[u8]) -> Result<(), NetworkFault> {
        self.write.lock().await.write_all(bytes).await.map_err(|_| NetworkFault::Terminated)
    }

    pub(super) async fn finish(&self) -> Result<(), NetworkFault> {
        self.write.lock().await.shutdown().await.map_err(|_| NetworkFault::Terminated)
    }
}

impl Cx<'_> {
    pub(super) async fn tcp_connect(&self, address: SocketAddr) -> Result<NetworkReply, Fault> {
        self.net.budget.request()?;
        let room = self.net.room()?;
        let access = self.tcp_access(address);
        let obstacle = self.wall(&access, address);
        let wish = Wish { access, obstacle, told: None };
        let permit = self.mediator.mediate(vec![wish], Weight::Effect).await?;
        let (connecting, receipt) = effect::connect(permit, vec![address], PATIENCE.min(self.net.patience()));
        let peer = Peer { address: Some(address.ip()), ..Peer::default() };
        let opening = self.net.open(self.mediator, receipt, Some(room));
        opening.stream.with(peer.clone());
        let connected = async {
            let connection = connecting.await?;
            let ends = connection.local_addr().and_then(|own| Ok((own, connection.peer_addr()?)));
            Ok((connection, ends.map_err(|_| NetworkFault::Terminated)?))
        };
        let (connection, ends) = connected.await.map_err(|fault| opening.stream.failed(fault))?;
        opening.stream.opened(Talk::Tcp(Connection::new(connection)), peer);
        Ok(NetworkReply::Opened { id: opening.keep(), ends: Some(ends) })
    }

    /// A connection to an address is one to the name by which this call found it, where rules open that; else to the address.
    fn tcp_access(&self, address: SocketAddr) -> Access {
        let to = |host: String| Access::Tcp { host, port: address.port(), address: Some(address.ip()) };
        let by_name = self.net.names_of(address.ip()).into_iter().map(to);
        let opened = by_name.into_iter().find(|access| !matches!(self.mediator.decide(access), Verdict::Deny(_)));
        opened.unwrap_or_else(|| to(address.ip().to_string()))
    }

    /// What no rule opens: where Toolward listens, and what is not public behind a name that a rule only asks about. An
    /// `ask` names no `address`, and a human's yes is to the name that was shown.
    pub(super) fn wall(&self, access: &Access, address: SocketAddr) -> Option<Obstacle> {
        if self.net.network.is_own(address) {
            return Some(Obstacle::builtin("Toolward itself listens there"));
        }
        let host = match access {
            Access::Http { url, .. } => url.host().to_string(),
            Access::Tcp { host, .. } => host.clone(),
            _ => return None,
        };
        let by_name = Host::parse(&host).is_ok_and(|host| matches!(host, Host::Name(_)));
        let asked = by_name && !is_public(address.ip()) && matches!(self.mediator.decide(access), Verdict::Ask(_));
        asked.then(|| Obstacle::builtin("the address is not public, and no rule that allows it names it"))
    }
}

//! The effects. Nothing else in this crate connects, asks a name server or sends a request, and every function here consumes
//! the permit that it acts under.
#![expect(clippy::disallowed_methods, reason = "this is the one place for them")]
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;

use super::client::{Client, Secured};
use super::resolver::Resolver;
use super::{client, outgoing};
use crate::door::NetworkFault;
use crate::mediate::{Permit, Receipt};

/// What comes of an effect, once it is awaited, and the record that it still owes.
pub(super) type Effecting<F> = (F, Receipt);

/// Asks for the addresses of a name.
pub(super) fn look_up<'a>(
    permit: Permit,
    resolver: &'a Resolver,
    name: &'a str,
) -> Effecting<impl Future<Output = Result<Vec<IpAddr>, NetworkFault>> + Send + 'a> {
    permit.spend(|| resolver.addresses(name))
}

/// Connects to the first of these addresses that answers; all of them were checked.
pub(super) fn connect(
    permit: Permit,
    addresses: Vec<SocketAddr>,
    patience: Duration,
) -> Effecting<impl Future<Output = Result<TcpStream, NetworkFault>> + Send> {
    permit.spend(|| dial(addresses, patience))
}

/// How a request gets to its server.
pub(super) enum Way {
    /// By a connection that was made before, to an address that was checked for this request too.
    Before(Client),
    /// By a new one.
    New {
        /// Addresses, all of which were checked.
        addresses: Vec<SocketAddr>,
        /// TLS, and the name that its certificate must be for.
        secured: Option<Secured>,
        /// For the connection.
        patience: Duration,
    },
}

/// Sends a request by an open connection or by a new one; answers the client with the response that is on its way.
pub(super) fn send(
    permit: Permit,
    way: Way,
    request: http::Request<outgoing::Body>,
) -> Effecting<impl Future<Output = Result<(Client, client::Response), NetworkFault>> + Send> {
    permit.spend(|| async move {
        match way {
            Way::Before(mut client) => {
                let response = client.send(request).await?;
                Ok((client, response))
            }
            Way::New { addresses, secured, patience } => {
                let made = async {
                    let stream = dial(addresses, patience).await?;
                    let address = stream.peer_addr().map_err(|_| NetworkFault::Terminated)?;
                    Client::over(stream, address.ip(), secured).await
                };
                let made = tokio::time::timeout(patience, made).await;
                let mut client = made.map_err(|_| NetworkFault::ConnectTimeout)??;
                let response = client.send(request).await?;
                Ok((client, response))
            }
        }
    })
}

/// One address after the other, each with its share of the time.
async fn dial(addresses: Vec<SocketAddr>, patience: Duration) -> Result<TcpStream, NetworkFault> {
    let share = patience / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let mut last = NetworkFault::Unreachable;
    for address in addresses {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|_| NetworkFault::Terminated)?;
                return Ok(stream);
            }
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                last = NetworkFault::ConnectionRefused;
            }
            Ok(Err(_)) => last = NetworkFault::Unreachable,
            Err(_) => last = NetworkFault::ConnectTimeout,
        }
    }
    Err(last)
}

//! The effects. Nothing else in this crate connects, asks a name server or sends a request, and every function here consumes
//! the permit that it acts under.
#![expect(clippy::disallowed_methods, reason = "this is the one place for them")]
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;

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
    patience: Duration,
) -> Effecting<impl Future<Output = Result<Vec<IpAddr>, NetworkFault>> + Send + 'a> {
    permit.spend(move || resolver.addresses(name, patience))
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

/// How long an attempt goes on alone before the next address is tried beside it (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Connects to whichever of these addresses answers first. They are tried in turn, families alternating, and an attempt that
/// fails or takes long does not hold up the next one.
async fn dial(addresses: Vec<SocketAddr>, patience: Duration) -> Result<TcpStream, NetworkFault> {
    let raced = tokio::time::timeout(patience, race(alternating(addresses))).await;
    let stream = raced.unwrap_or(Err(NetworkFault::ConnectTimeout))?;
    stream.set_nodelay(true).map_err(|_| NetworkFault::Terminated)?;
    Ok(stream)
}

async fn race(addresses: Vec<SocketAddr>) -> Result<TcpStream, NetworkFault> {
    // Dropping the set ends the attempts that are still under way.
    let mut attempts = JoinSet::new();
    let mut waiting = addresses.into_iter();
    let mut last = NetworkFault::Unreachable;
    loop {
        let next = waiting.next();
        let is_last = next.is_none();
        if let Some(address) = next {
            attempts.spawn(TcpStream::connect(address));
        }
        let ended = match tokio::time::timeout(ATTEMPT_DELAY, attempts.join_next()).await {
            Err(_) if !is_last => continue,
            Err(_) => attempts.join_next().await,
            Ok(ended) => ended,
        };
        match ended {
            Some(Ok(Ok(stream))) => return Ok(stream),
            Some(Ok(Err(error))) => last = unconnected(&error),
            Some(Err(_)) => last = NetworkFault::Unreachable,
            None => return Err(last),
        }
    }
}

fn unconnected(error: &std::io::Error) -> NetworkFault {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => NetworkFault::ConnectionRefused,
        std::io::ErrorKind::TimedOut => NetworkFault::ConnectTimeout,
        _ => NetworkFault::Unreachable,
    }
}

/// The addresses with their families in turn, IPv6 first (RFC 8305, section 4); within a family the order stays.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (v6, v4): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv6);
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    let mut ordered = Vec::new();
    loop {
        let pair = [v6.next(), v4.next()];
        if pair == [None, None] {
            return ordered;
        }
        ordered.extend(pair.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_are_tried_in_turn() {
        let given = addresses(&["1.1.1.1:1", "1.1.1.2:1", "1.1.1.3:1", "[2::1]:1"]);
        assert_eq!(alternating(given), addresses(&["[2::1]:1", "1.1.1.1:1", "1.1.1.2:1", "1.1.1.3:1"]));
    }

    /// An address that never answers holds up the next one for a moment only. The first listener takes no connection: its queue
    /// is full.
    #[tokio::test]
    async fn an_address_that_does_not_answer_does_not_hold_up_the_next() {
        let silent = full_listener().await;
        let good = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tried = vec![silent.0, good.local_addr().unwrap()];
        let stream = dial(tried, Duration::from_secs(30)).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good.local_addr().unwrap());
    }

    /// Where none answers the time is over when it is over, for all addresses together.
    #[tokio::test]
    async fn all_attempts_share_the_time() {
        let silent = full_listener().await;
        let began = std::time::Instant::now();
        let dialled = dial(vec![silent.0; 8], Duration::from_millis(600)).await;
        assert!(matches!(dialled, Err(NetworkFault::ConnectTimeout)), "{dialled:?}");
        assert!(began.elapsed() >= Duration::from_millis(600));
    }

    #[tokio::test]
    async fn a_refusal_is_told() {
        let refused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let dialled = dial(vec![refused], Duration::from_secs(30)).await;
        assert!(matches!(dialled, Err(NetworkFault::ConnectionRefused)), "{dialled:?}");
    }

    /// A listener with a queue of one, and the connections that fill it.
    async fn full_listener() -> (SocketAddr, Vec<TcpStream>, rustix::fd::OwnedFd) {
        use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};
        let listener = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&listener, &"127.0.0.1:0".parse::<SocketAddr>().unwrap()).unwrap();
        listen(&listener, 0).unwrap();
        let address = SocketAddr::try_from(getsockname(&listener).unwrap()).unwrap();
        let mut held = Vec::new();
        while let Ok(connected) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            held.push(connected.unwrap());
        }
        (address, held, listener)
    }
}

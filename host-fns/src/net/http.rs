//! HTTP requests: decided on the parsed URL, then on every address of its name, then sent to such an address.
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use toolward_manifests::pattern::Host;
use toolward_manifests::url::Scheme;
use toolward_manifests::{Kind, Verdict};

use super::asked::{Asked, bounded};
use super::client::{Client, Secured};
use super::effect::Way;
use super::exchange::Exchange;
use super::interim::Interim;
use super::opening::{Begun, Room};
use super::pool::Destination;
use super::streams::Talk;
use super::{Cx, effect, outgoing, tls};
use crate::door::{Fault, HttpHead, NetworkFault, NetworkReply, Patience, StreamId};
use crate::mediate::{Decided, Permit, Weight, Wish};

/// How long a connection is waited for, with TLS; the guest may ask for less.
const CONNECT: Duration = Duration::from_secs(10);

/// An open way to the server, or the checked addresses of a new one.
enum Found {
    Open(Client),
    Addresses(Vec<IpAddr>),
}

impl Cx<'_> {
    /// Sends a request's head; answers once it is on its way.
    pub(super) async fn http(&self, head: HttpHead) -> Result<NetworkReply, Fault> {
        self.net.budget.request()?;
        let room = self.net.room()?;
        let refused =
            |note: String| self.mediator.refuse_unruled(Kind::Http, bounded(&head.method), bounded(&head.url), &note);
        let mut asked = Asked::of(&head).map_err(refused)?;
        asked.drop_optional_headers(|access| !matches!(self.mediator.decide(access), Verdict::Deny(_)));
        self.net.budget.sent(asked.bytes)?;
        let destination = self.destination(&asked);
        let wish = Wish { access: asked.access(None), obstacle: None, told: None };
        let permit = self.mediator.mediate(vec![wish], Weight::Look).await?;
        let (found, before, begun) = self.find(permit, &asked, &destination, room).await?;
        let decided = self.decide_on_addresses(&before, &asked, found).await;
        let (permit, found) = decided.inspect_err(|_| begun.refused())?;
        self.send(permit, &asked, destination, (found, begun), &head).await
    }

    /// The head of the response.
    pub(super) async fn response(&self, id: StreamId) -> Result<NetworkReply, Fault> {
        let stream = self.net.stream(id)?;
        let (status, headers) = stream.exchange()?.response().await.map_err(|fault| stream.failed(fault))?;
        stream.responded(status);
        let bytes = headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        self.net.budget.received(bytes as u64)?;
        Ok(NetworkReply::Response { status, headers })
    }

    fn destination(&self, asked: &Asked) -> Destination {
        Destination {
            tool: self.net.tool.clone(),
            scheme: asked.url.scheme(),
            host: asked.url.host().to_string(),
            port: asked.url.port(),
            credential: asked.credential,
        }
    }

    /// Spends the first permit: on an open connection to an address that rules allow, on an address that is written in the
    /// URL, or on asking for the addresses of its name. That is an effect: its intent is recorded first.
    async fn find<'a>(
        &'a self,
        permit: Permit,
        asked: &Asked,
        to: &Destination,
        room: Room<'a>,
    ) -> Result<(Found, Decided, Begun<'a>), Fault> {
        let good = |address: IpAddr| {
            !matches!(self.mediator.decide(&asked.access(Some(address))), Verdict::Deny(_))
                && !self.net.network.is_own(SocketAddr::new(address, to.port))
        };
        let ((), receipt) = permit.spend(|| ());
        let before = receipt.decided();
        while let Some(mut client) = self.net.network.pool.take(to, good) {
            if client.is_ready().await {
                return Ok((Found::Open(client), before, Begun::Room(room)));
            }
        }
        let name = match asked.url.host() {
            Host::Ip(address) => return Ok((Found::Addresses(vec![*address]), before, Begun::Room(room))),
            Host::Name(name) => name,
        };
        let wish = Wish { access: asked.access(None), obstacle: None, told: None };
        let permit = self.mediator.mediate_again(Some(&before), vec![wish], Weight::Effect).await?;
        let (answer, receipt) = effect::look_up(permit, &self.net.network.resolver, name, self.net.patience());
        let before = receipt.decided();
        let opening = self.net.open(self.mediator, receipt, Some(room));
        let addresses = answer.await.map_err(|fault| opening.stream.failed(fault))?;
        Ok((Found::Addresses(addresses), before, Begun::Stream(opening)))
    }

    /// Decides anew, with the addresses: if one is refused, all are.
    async fn decide_on_addresses(
        &self,
        before: &Decided,
        asked: &Asked,
        found: Found,
    ) -> Result<(Permit, Found), Fault> {
        let addresses = match &found {
            Found::Open(client) => vec![client.address],
            Found::Addresses(addresses) => addresses.clone(),
        };
        let decided = addresses.iter().map(|&address| (address, self.mediator.decide(&asked.access(Some(address)))));
        let decided: Vec<(IpAddr, Verdict)> = decided.collect();
        let wall =
            |address: IpAddr| self.wall(&asked.access(Some(address)), SocketAddr::new(address, asked.url.port()));
        let strictness = |(address, verdict): &&(IpAddr, Verdict)| match verdict {
            Verdict::Deny(_) => 2,
            _ if wall(*address).is_some() => 2,
            Verdict::Ask(_) => 1,
            Verdict::Allow(_) => 0,
        };
        let Some((address, verdict)) = decided.iter().max_by_key(strictness) else {
            return Err(Fault::Network(NetworkFault::NoSuchName));
        };
        let wish = Wish { access: asked.access(Some(*address)), obstacle: wall(*address), told: None };
        let permit = self.mediator.mediate_again(Some(before), vec![wish], Weight::Effect).await?;
        // A human's yes by one rule is none by another.
        let same = decided.iter().filter(|(_, other)| other == verdict).map(|(address, _)| *address).collect();
        Ok((permit, if matches!(found, Found::Open(_)) { found } else { Found::Addresses(same) }))
    }

    async fn send(
        &self,
        permit: Permit,
        asked: &Asked,
        destination: Destination,
        (found, begun): (Found, Begun<'_>),
        head: &HttpHead,
    ) -> Result<NetworkReply, Fault> {
        let (writer, body) = outgoing::body(head.body);
        let way = self.way(found, asked, head.patience);
        let prepared = request(asked, body).ok_or(NetworkFault::Protocol).and_then(|request| Ok((request, way?)));
        let (mut request, (way, first)) = match prepared {
            Ok(prepared) => prepared,
            Err(fault) => {
                let ((), receipt) = permit.spend(|| ());
                return Err(begun.under(self.mediator, receipt, asked.peer(None)).stream.failed(fault));
            }
        };
        let interim = Interim::of(&mut request);
        let is_new = matches!(way, Way::New { .. });
        let (sending, receipt) = effect::send(permit, way, request);
        let opening = begun.under(self.mediator, receipt, asked.peer(first));
        let (client, response) = sending.await.map_err(|fault| opening.stream.failed(fault))?;
        let network = &self.net.network;
        if let Some(shared) = client.share().filter(|_| is_new) {
            network.pool.put(destination.clone(), shared);
        }
        let peer = asked.peer(Some(client.address));
        let exchange = Exchange::new(network.clone(), destination, client, (response, interim), writer, head.patience);
        opening.stream.opened(Talk::Http(Box::new(exchange)), peer);
        Ok(NetworkReply::Opened { id: opening.keep(), ends: None })
    }

    /// The way to the server, with the address that is tried first.
    fn way(&self, found: Found, asked: &Asked, patience: Patience) -> Result<(Way, Option<IpAddr>), NetworkFault> {
        let addresses = match found {
            Found::Open(client) => {
                let address = client.address;
                return Ok((Way::Before(client), Some(address)));
            }
            Found::Addresses(addresses) => addresses,
        };
        let secured = match asked.url.scheme() {
            Scheme::Http => None,
            Scheme::Https => {
                let secured = self
                    .net
                    .network
                    .trust
                    .config()
                    .and_then(|config| Ok(Secured { config, name: tls::server_name(asked.url.host())? }));
                Some(secured?)
            }
        };
        let first = addresses.first().copied();
        let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, asked.url.port())).collect();
        let patience = patience.connect.map_or(CONNECT, |asked| CONNECT.min(Duration::from_millis(asked)));
        let patience = patience.min(self.net.patience());
        Ok((Way::New { addresses, secured, patience }, first))
    }
}

/// The request, as it is sent: the URL that was decided on, and nothing that the guest did not say.
fn request(asked: &Asked, body: outgoing::Body) -> Option<http::Request<outgoing::Body>> {
    let mut request = http::Request::new(body);
    *request.method_mut() = asked.method.clone();
    *request.uri_mut() = http::Uri::try_from(asked.url.as_str()).ok()?;
    *request.headers_mut() = asked.headers.clone();
    Some(request)
}

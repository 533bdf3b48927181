//! An HTTP server, with or without TLS, that speaks HTTP/1.1 and HTTP/2 and records every request.
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use super::background::Background;
use super::gauge::Gauge;
use super::log::Log;
use super::payload::{Payload, Sending};
use super::{ANY, Identity};

/// A request's body is recorded up to here, and read no further.
const LONGEST_BODY: usize = 64 << 20;

/// One request, as it arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Path and query, or whatever else stood in that place.
    pub target: String,
    /// The header `Host`, or HTTP/2's `:authority`.
    pub host: String,
    /// All headers in order, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Vec<u8>,
    /// Whether it came to its end.
    pub complete: bool,
    /// What followed the body.
    pub trailers: Vec<(String, String)>,
    /// Whether it is HTTP/2.
    pub is_http2: bool,
    /// The server's name that TLS was asked for.
    pub sni: Option<String>,
    /// The number of its connection, from 0.
    pub connection: usize,
}

impl Seen {
    /// A header's value; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The names of all headers.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// What a server answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    payload: Payload,
    after: Duration,
}

impl Answer {
    /// 200 and this.
    #[must_use]
    pub fn ok(payload: impl Into<Payload>) -> Self {
        Self { status: 200, headers: Vec::new(), payload: payload.into(), after: Duration::ZERO }
    }

    /// A status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }

    /// A redirection.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("location", to)
    }

    /// Nothing, for longer than any test.
    #[must_use]
    pub fn never() -> Self {
        Self::ok("").after(Duration::from_mins(10))
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// So much later.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }
}

/// A running server.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    seen: Log<Seen>,
    connections: Gauge,
    connected: Arc<AtomicU64>,
    sent: Arc<AtomicU64>,
    _background: Background,
}

/// What all connections of a server share.
struct Shared {
    answer: Box<dyn Fn(&Seen) -> Answer + Send + Sync>,
    seen: Log<Seen>,
    connections: Gauge,
    connected: Arc<AtomicU64>,
    sent: Arc<AtomicU64>,
    tls: Option<TlsAcceptor>,
}

impl HttpServer {
    /// Without TLS, at any port of `127.0.0.1`.
    #[must_use]
    pub fn plain(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::plain_at(ANY, answer)
    }

    /// Without TLS, at this address.
    #[must_use]
    pub fn plain_at(address: SocketAddr, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(address, None, Box::new(answer))
    }

    /// With TLS, and HTTP/2 where the client speaks it, at any port of `127.0.0.1`.
    #[must_use]
    pub fn tls(identity: &Identity, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::tls_at(ANY, identity.server(&["h2", "http/1.1"]), answer)
    }

    /// With this TLS, at this address.
    #[must_use]
    pub fn tls_at(
        address: SocketAddr,
        tls: Arc<ServerConfig>,
        answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(address, Some(tls.into()), Box::new(answer))
    }

    fn start(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        answer: Box<dyn Fn(&Seen) -> Answer + Send + Sync>,
    ) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, connections) = (Log::default(), Gauge::default());
        let (connected, sent) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let shared = Arc::new(Shared {
            answer,
            seen: seen.clone(),
            connections: connections.clone(),
            connected: Arc::clone(&connected),
            sent: Arc::clone(&sent),
            tls,
        });
        let background =
            Background::accept(listener, move |number, stream| Arc::clone(&shared).connection(number, stream));
        Self { address, seen, connections, connected, sent, _background: background }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.all()
    }

    /// The log of requests, to be waited for.
    #[must_use]
    pub fn log(&self) -> &Log<Seen> {
        &self.seen
    }

    /// Method and target of every request so far: `GET /x`.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.seen().iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect()
    }

    /// How many connections there are at a time.
    #[must_use]
    pub fn connections(&self) -> &Gauge {
        &self.connections
    }

    /// How many connections there were in all.
    #[must_use]
    pub fn connected(&self) -> u64 {
        self.connected.load(Ordering::SeqCst)
    }

    /// How many bytes of bodies went out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Nobody has connected.
    ///
    /// # Panics
    /// Where somebody has.
    pub fn is_untouched(&self) {
        assert_eq!(self.connected(), 0, "something reached {}: {:?}", self.address, self.seen());
    }
}

impl Shared {
    async fn connection(self: Arc<Self>, number: usize, stream: tokio::net::TcpStream) {
        let _counted = self.connections.one_more();
        self.connected.fetch_add(1, Ordering::SeqCst);
        match self.tls.clone() {
            None => self.serve(number, None, false, stream).await,
            Some(tls) => {
                // A client that goes away during the handshake is what some tests are about.
                let Ok(stream) = tls.accept(stream).await else { return };
                let (_, session) = stream.get_ref();
                let sni = session.server_name().map(str::to_owned);
                let is_http2 = session.alpn_protocol() == Some(b"h2");
                self.serve(number, sni, is_http2, stream).await;
            }
        }
    }

    async fn serve(
        self: Arc<Self>,
        connection: usize,
        sni: Option<String>,
        is_http2: bool,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) {
        let io = TokioIo::new(stream);
        let service = service_fn(move |request| {
            let seen = Seen { connection, sni: sni.clone(), ..head(&request) };
            Arc::clone(&self).answer_to(seen, request.into_body())
        });
        // A broken connection is the client's matter.
        let _ended = if is_http2 {
            hyper::server::conn::http2::Builder::new(TokioExecutor::new()).serve_connection(io, service).await
        } else {
            hyper::server::conn::http1::Builder::new().serve_connection(io, service).await
        };
    }

    async fn answer_to(self: Arc<Self>, mut seen: Seen, mut body: Incoming) -> Result<Response<Sending>, Infallible> {
        let place = self.seen.add(seen.clone());
        while seen.body.len() < LONGEST_BODY {
            match body.frame().await {
                None => seen.complete = true,
                Some(Err(_)) => {}
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        seen.body.extend_from_slice(data);
                    }
                    if let Some(trailers) = frame.trailers_ref() {
                        seen.trailers = fields(trailers);
                    }
                    self.seen.change(place, |entry| *entry = seen.clone());
                    continue;
                }
            }
            break;
        }
        self.seen.change(place, |entry| *entry = seen.clone());
        let answer = (self.answer)(&seen);
        tokio::time::sleep(answer.after).await;
        let mut response = Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(name, value);
        }
        Ok(response.body(Sending::new(answer.payload, Arc::clone(&self.sent))).unwrap())
    }
}

fn head(request: &Request<Incoming>) -> Seen {
    let uri = request.uri();
    let is_http2 = request.version() == Version::HTTP_2;
    let headers = fields(request.headers());
    let host = headers.iter().find(|(name, _)| name == "host").map(|(_, value)| value.clone()).unwrap_or_default();
    Seen {
        method: request.method().to_string(),
        target: if is_http2 {
            uri.path_and_query().map(ToString::to_string).unwrap_or_default()
        } else {
            uri.to_string()
        },
        host: if is_http2 { uri.authority().map(ToString::to_string).unwrap_or_default() } else { host },
        headers,
        is_http2,
        ..Seen::default()
    }
}

fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

//! One connection that speaks HTTP: version 1.1, or 2 where the other side agrees to it within TLS.
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use wasmtime_wasi_http::io::TokioIo;

use super::before_answer::Allowance;
use super::outgoing::Body;
use crate::door::NetworkFault;

/// The most bytes of the head of a response, and of what is read ahead.
const READ_AHEAD: usize = 256 << 10;
/// The most fields of a head.
const MAX_HEADERS: usize = 128;
/// The most bytes of a head in HTTP/2.
const MAX_HEAD: u32 = 64 << 10;

/// A response on its way.
pub(super) type Response = Pin<Box<dyn Future<Output = Result<http::Response<Incoming>, hyper::Error>> + Send>>;

/// TLS for one server.
pub(super) struct Secured {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

/// An open connection.
pub(super) struct Client {
    sender: Sender,
    /// The address that it was made to.
    pub(super) address: IpAddr,
    /// Ends with the last client of its connection.
    task: Arc<Task>,
}

enum Sender {
    One(http1::SendRequest<Body>, Allowance),
    Two(http2::SendRequest<Body>),
}

/// What drives a connection: it is ended with the last that uses it.
struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Client {
    /// Agrees on TLS and HTTP over a connection.
    pub(super) async fn over(
        stream: TcpStream,
        address: IpAddr,
        secured: Option<Secured>,
    ) -> Result<Self, NetworkFault> {
        let Some(Secured { config, name }) = secured else { return Self::version_1(stream, address).await };
        let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|error| tls_fault(&error))?;
        let is_2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        if is_2 { Self::version_2(stream, address).await } else { Self::version_1(stream, address).await }
    }

    async fn version_1<S>(stream: S, address: IpAddr) -> Result<Self, NetworkFault>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(READ_AHEAD).max_headers(MAX_HEADERS);
        let (stream, allowance) = Allowance::over(stream);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| NetworkFault::Protocol)?;
        Ok(Self { sender: Sender::One(sender, allowance), address, task: drive(connection) })
    }

    async fn version_2<S>(stream: S, address: IpAddr) -> Result<Self, NetworkFault>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let mut builder = http2::Builder::new(Tasks);
        builder.max_header_list_size(MAX_HEAD);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| NetworkFault::Protocol)?;
        Ok(Self { sender: Sender::Two(sender), address, task: drive(connection) })
    }

    /// Whether it can still be used.
    pub(super) fn is_open(&self) -> bool {
        match &self.sender {
            Sender::One(sender, _) => !sender.is_closed(),
            Sender::Two(sender) => !sender.is_closed(),
        }
    }

    /// Whether it takes one request at a time.
    pub(super) fn is_exclusive(&self) -> bool {
        matches!(self.sender, Sender::One(..))
    }

    /// Whether it takes a request now; without effect.
    pub(super) async fn is_ready(&mut self) -> bool {
        match &mut self.sender {
            Sender::One(sender, _) => sender.ready().await.is_ok(),
            Sender::Two(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Another hand on the same connection, where that takes several requests at a time.
    pub(super) fn share(&self) -> Option<Self> {
        match &self.sender {
            Sender::One(..) => None,
            Sender::Two(sender) => {
                let sender = Sender::Two(sender.clone());
                Some(Self { sender, address: self.address, task: Arc::clone(&self.task) })
            }
        }
    }

    /// Sends a request, whose target is absolute. Version 1.1 sends its path alone, with the host in a field.
    pub(super) async fn send(&mut self, mut request: http::Request<Body>) -> Result<Response, NetworkFault> {
        match &mut self.sender {
            Sender::One(sender, allowance) => {
                to_origin_form(&mut request)?;
                sender.ready().await.map_err(|error| fault(&error))?;
                allowance.begin();
                let (response, allowance) = (sender.send_request(request), allowance.clone());
                Ok(Box::pin(async move { response.await.inspect(|_| allowance.end()) }))
            }
            Sender::Two(sender) => {
                sender.ready().await.map_err(|error| fault(&error))?;
                Ok(Box::pin(sender.send_request(request)))
            }
        }
    }
}

fn to_origin_form(request: &mut http::Request<Body>) -> Result<(), NetworkFault> {
    let uri = request.uri();
    let host = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let host = http::HeaderValue::from_str(host).map_err(|_| NetworkFault::Protocol)?;
    let target = uri.path_and_query().cloned().unwrap_or_else(|| http::uri::PathAndQuery::from_static("/"));
    *request.uri_mut() = http::Uri::from(target);
    request.headers_mut().insert(http::header::HOST, host);
    Ok(())
}

fn drive<C>(connection: C) -> Arc<Task>
where
    C: Future<Output = Result<(), hyper::Error>> + Send + 'static,
{
    let task = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
    Arc::new(Task(task.abort_handle()))
}

/// Runs hyper's own tasks on tokio.
#[derive(Debug, Clone, Copy)]
struct Tasks;

impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, task: F) {
        tokio::spawn(task);
    }
}

fn tls_fault(error: &std::io::Error) -> NetworkFault {
    match error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_)) => NetworkFault::Certificate,
        Some(_) => NetworkFault::Tls,
        None => NetworkFault::Terminated,
    }
}

/// What went wrong, in the door's words.
pub(super) fn fault(error: &hyper::Error) -> NetworkFault {
    if error.is_parse() || error.is_parse_status() || error.is_parse_too_large() {
        NetworkFault::Protocol
    } else if error.is_timeout() {
        NetworkFault::ReadTimeout
    } else if std::error::Error::source(error).is_some_and(|source| source.is::<super::outgoing::Broken>()) {
        NetworkFault::BodySize
    } else {
        NetworkFault::Terminated
    }
}

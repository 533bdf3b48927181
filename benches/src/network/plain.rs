//! The baseline: hyper, and nothing else.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

use super::server::Server;

pub(super) struct Plain {
    runtime: Runtime,
    address: SocketAddr,
    tls: TlsConnector,
}

impl Plain {
    pub(super) fn new(server: &Server) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(server.pem.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, address: server.address, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// So many requests, and what each took.
    pub(super) fn get(&self, path: &str, requests: usize) -> Result<Vec<Duration>> {
        self.runtime.block_on(async {
            let mut kept: Option<SendRequest<Empty<Bytes>>> = None;
            let mut took = Vec::with_capacity(requests);
            for _ in 0..requests {
                let began = Instant::now();
                let mut sender = match kept.take().filter(|sender| !sender.is_closed()) {
                    Some(sender) => sender,
                    None => self.connect().await?,
                };
                sender.ready().await?;
                let request = hyper::Request::get(path).header(hyper::header::HOST, self.address.to_string());
                let response = sender.send_request(request.body(Empty::new())?).await?;
                let closes = response.headers().contains_key(hyper::header::CONNECTION);
                let mut body = response.into_body();
                while let Some(frame) = body.frame().await {
                    frame?;
                }
                took.push(began.elapsed());
                kept = (!closes).then_some(sender);
            }
            Ok(took)
        })
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(self.address.ip());
        let stream = self.tls.connect(name, stream).await.context("TLS")?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

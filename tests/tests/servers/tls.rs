//! The HTTP server with TLS, and the certificates.
use std::sync::Arc;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use toolward_tests::net::{Answer, Authority, HttpServer, Identity};

async fn handshake(
    server: &HttpServer,
    authority: &Authority,
    name: &'static str,
    alpn: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
    let stream = TcpStream::connect(server.address()).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn it_speaks_http_2_where_the_client_does() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority.issue(&["api.test"]), |seen| Answer::ok(seen.host.as_str()));
    let text = block_on(async {
        let stream = handshake(&server, &authority, "api.test", "h2").await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("https://api.test/x?y").body(Empty::<Bytes>::new()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    });
    assert_eq!(text, "api.test");
    let seen = server.seen().remove(0);
    assert_eq!((seen.target.as_str(), seen.sni.as_deref(), seen.is_http2), ("/x?y", Some("api.test"), true));
}

#[test]
fn it_speaks_http_1_where_the_client_does() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority.issue(&["api.test"]), |_| Answer::status(204));
    let status = block_on(async {
        let stream = handshake(&server, &authority, "api.test", "http/1.1").await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("/x").header("host", "api.test").body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap().status()
    });
    assert_eq!(status, 204);
    let seen = server.seen().remove(0);
    assert_eq!((seen.host.as_str(), seen.is_http2), ("api.test", false));
}

/// Each bad certificate is bad for the reason that it stands for.
#[test]
fn bad_certificates_are_bad() {
    let (authority, other) = (Authority::new(), Authority::new());
    let names = &["api.test"];
    let refused = |identity: &Identity| {
        let server = HttpServer::tls(identity, |_| Answer::ok(""));
        block_on(handshake(&server, &authority, "api.test", "http/1.1")).unwrap_err().to_string()
    };
    assert!(refused(&authority.issue(&["other.test"])).contains("not valid for name"));
    assert!(
        refused(&other.issue(names)).contains("UnknownIssuer") || refused(&other.issue(names)).contains("BadSignature")
    );
    assert!(refused(&authority.issue_expired(names)).contains("expired"));
    assert!(refused(&authority.issue_for_later(names)).contains("not valid yet"));
    assert!(refused(&Identity::self_signed(names)).contains("UnknownIssuer"));
}

//! The HTTP server, without TLS.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use toolward_tests::net::{Answer, HttpServer, Payload};

/// Sends these bytes, and reads until the server closes or has said so much.
fn talk(server: &HttpServer, bytes: &str, most: u64) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.take(most).read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn it_answers_and_records() {
    let server = HttpServer::plain(|seen| Answer::ok(seen.target.as_str()).header("x-one", "1"));
    let answer = talk(
        &server,
        "POST /a/../b%2f?q HTTP/1.1\r\nHost: api.test\r\nX-Two: 2\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
        10_000,
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("x-one: 1\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n/a/../b%2f?q"), "{answer}");
    let seen = server.seen().remove(0);
    assert_eq!((seen.method.as_str(), seen.target.as_str(), seen.host.as_str()), ("POST", "/a/../b%2f?q", "api.test"));
    assert_eq!((seen.body.as_slice(), seen.complete), (&b"body"[..], true));
    assert_eq!(seen.header("x-two"), "2");
    assert!(!seen.is_http2 && seen.sni.is_none());
    assert_eq!((server.requests(), server.connected()), (vec!["POST /a/../b%2f?q".to_owned()], 1));
}

#[test]
fn it_records_what_follows_a_body() {
    let server = HttpServer::plain(|_| Answer::status(204));
    let request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: x-late\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n0\r\nx-late: 1\r\n\r\n";
    assert!(talk(&server, request, 10_000).starts_with("HTTP/1.1 204"));
    let seen = server.seen().remove(0);
    assert_eq!((seen.body.as_slice(), seen.trailers), (&b"abc"[..], vec![("x-late".to_owned(), "1".to_owned())]));
}

/// Also half a request is recorded.
#[test]
fn it_records_a_body_that_breaks_off() {
    let server = HttpServer::plain(|_| Answer::ok(""));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").unwrap();
    server.log().wait_for(1);
    std::thread::sleep(Duration::from_millis(50));
    drop(stream);
    std::thread::sleep(Duration::from_millis(50));
    let seen = server.seen().remove(0);
    assert_eq!((seen.body.as_slice(), seen.complete), (&b"abc"[..], false));
}

#[test]
fn it_sends_without_end() {
    let server = HttpServer::plain(|_| Answer::ok(Payload::Repeated(vec![b'x'; 1024].into(), u64::MAX)));
    let answer = talk(&server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1 << 20);
    assert_eq!(answer.len(), 1 << 20);
    assert!(server.sent() > 1_000_000);
}

#[test]
fn it_counts_those_who_are_there_at_once() {
    let server = HttpServer::plain(|_| Answer::never());
    let streams: Vec<TcpStream> = (0..3)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            stream
        })
        .collect();
    server.log().wait_for(3);
    assert_eq!((server.connections().now(), server.connections().peak()), (3, 3));
    drop(streams);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!((server.connections().now(), server.connections().peak()), (0, 3));
}

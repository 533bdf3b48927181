//! The server that follows a script.
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use toolward_tests::net::{RawServer, Step};

fn connect(server: &RawServer) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

#[test]
fn it_sends_what_stands_there_and_records_what_it_got() {
    let server = RawServer::new(vec![Step::head(), Step::send("one"), Step::Read(3), Step::send("two")]);
    let mut stream = connect(&server);
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut bytes = [0; 3];
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"one");
    stream.write_all(b"abc").unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "two");
    assert_eq!(server.texts(), ["GET / HTTP/1.1\r\n\r\nabc"]);
    assert_eq!(server.sent(), 6);
}

#[test]
fn it_drips() {
    let server = RawServer::new(vec![Step::Drip(b"abcde".to_vec(), Duration::from_millis(20))]);
    let began = Instant::now();
    let mut text = String::new();
    connect(&server).read_to_string(&mut text).unwrap();
    assert_eq!(text, "abcde");
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[test]
fn it_breaks_off() {
    let server = RawServer::new(vec![Step::Read(1), Step::Reset]);
    let mut stream = connect(&server);
    stream.write_all(b"x").unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn it_sends_without_end_and_stops_with_its_client() {
    let server = RawServer::new(vec![Step::Endless(vec![b'x'; 4096])]);
    let mut stream = connect(&server);
    let mut bytes = vec![0; 1 << 20];
    stream.read_exact(&mut bytes).unwrap();
    drop(stream);
    assert!(server.sent() >= 1 << 20);
}

/// Dropping it does not wait for those who are connected.
#[test]
fn it_is_gone_when_it_is_dropped() {
    let server = RawServer::new(vec![Step::Silence]);
    let mut stream = connect(&server);
    server.log().wait_for(1);
    let began = Instant::now();
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
}

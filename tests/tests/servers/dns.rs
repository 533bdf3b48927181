//! The DNS server.
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use toolward_tests::net::dns::Question;
use toolward_tests::net::{Dns, Reply};

const A: u8 = 1;
const AAAA: u8 = 28;

/// A query with the number 0x1234.
fn query(name: &str, kind: u8) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.extend([0, 0, kind, 0, 1]);
    bytes
}

fn client(dns: &Dns) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    socket.connect(dns.address()).unwrap();
    socket
}

fn ask(dns: &Dns, name: &str, kind: u8) -> Vec<u8> {
    let socket = client(dns);
    socket.send(&query(name, kind)).unwrap();
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

/// How many answers a message has.
fn answers(message: &[u8]) -> u8 {
    assert_eq!(&message[..2], &[0x12, 0x34]);
    message[7]
}

#[test]
fn it_answers_each_type_with_its_addresses() {
    let dns = Dns::new().replies("a.test", vec![Reply::addresses(&["127.0.0.1", "127.0.0.2", "::1"])]);
    let message = ask(&dns, "A.test", A);
    assert_eq!((answers(&message), &message[message.len() - 4..]), (2, &[127, 0, 0, 2][..]));
    assert_eq!(answers(&ask(&dns, "a.test", AAAA)), 1);
    let seen = Question { name: "a.test".to_owned(), kind: "AAAA".to_owned(), over_tcp: false };
    assert_eq!(dns.questions()[1], seen);
    assert_eq!(dns.names(), ["a.test"]);
}

#[test]
fn it_answers_differently_the_second_time() {
    let dns = Dns::new().replies("a.test", vec![Reply::addresses(&["127.0.0.1"]), Reply::addresses(&["127.0.0.2"])]);
    let last = |message: Vec<u8>| message[message.len() - 1];
    assert_eq!(answers(&ask(&dns, "a.test", AAAA)), 0);
    let three = [(); 3].map(|()| last(ask(&dns, "a.test", A)));
    assert_eq!(three, [1, 2, 2]);
}

#[test]
fn it_knows_aliases_and_what_is_not_there() {
    let dns = Dns::new().replies("a.test", vec![Reply::alias("b.test", &["10.0.0.1"])]);
    assert_eq!(answers(&ask(&dns, "a.test", A)), 2);
    let message = ask(&dns, "nobody.test", A);
    assert_eq!((answers(&message), message[3] & 0xf), (0, 3));
}

#[test]
fn it_is_silent_or_late() {
    let late = Reply::Late(Duration::from_millis(100), Box::new(Reply::addresses(&["127.0.0.1"])));
    let dns = Dns::new().replies("silent.test", vec![Reply::Silence]).replies("late.test", vec![late]);
    let began = Instant::now();
    assert_eq!(answers(&ask(&dns, "late.test", A)), 1);
    assert!(began.elapsed() >= Duration::from_millis(100));
    let socket = client(&dns);
    socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    socket.send(&query("silent.test", A)).unwrap();
    assert!(socket.recv(&mut [0; 512]).is_err());
    assert_eq!(dns.questions().len(), 2);
}

#[test]
fn it_truncates_over_udp_alone() {
    let whole = Box::new(Reply::addresses(&["127.0.0.1"]));
    let dns = Dns::new().replies("a.test", vec![Reply::Truncated(whole)]);
    let message = ask(&dns, "a.test", A);
    assert_eq!((answers(&message), message[2] & 2), (0, 2));
    let mut stream = TcpStream::connect(dns.address()).unwrap();
    let query = query("a.test", A);
    stream.write_all(&[&[0, u8::try_from(query.len()).unwrap()][..], &query].concat()).unwrap();
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message).unwrap();
    assert_eq!(answers(&message), 1);
    assert!(dns.questions()[1].over_tcp);
}

#[test]
fn it_forges() {
    let good = Box::new(Reply::addresses(&["127.0.0.1"]));
    let forged = "127.0.0.9".parse().unwrap();
    let other = Reply::ToAnotherQuestion("b.test".to_owned(), vec![forged], good.clone());
    let dns = Dns::new().replies("a.test", vec![other, Reply::WithAnotherNumber(vec![forged], good)]);
    let both = |socket: UdpSocket| {
        socket.send(&query("a.test", A)).unwrap();
        [(); 2].map(|()| {
            let mut buffer = [0; 512];
            let length = socket.recv(&mut buffer).unwrap();
            buffer[..length].to_vec()
        })
    };
    let [first, second] = both(client(&dns));
    assert_eq!((first.last(), second.last()), (Some(&9), Some(&1)));
    assert!(first.windows(7).any(|bytes| bytes == b"\x01b\x04test"));
    let [first, second] = both(client(&dns));
    assert_eq!((&first[..2], &second[..2]), (&[0x12, 0x35][..], &[0x12, 0x34][..]));
}

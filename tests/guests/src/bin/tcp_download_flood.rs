//! Reads from a server that never stops.
use std::io::Read;
use std::net::TcpStream;

use toolward_guests::{given, must_work};

fn main() {
    let [address] = given();
    let mut stream = must_work("connect", TcpStream::connect(address));
    let mut buffer = vec![0; 65_536];
    while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    println!("got the end");
}

//! Writes without end.
use std::io::Write;
use std::net::TcpStream;

use toolward_guests::{given, must_work};

fn main() {
    let [address] = given();
    let mut stream = must_work("connect", TcpStream::connect(address));
    while stream.write_all(&[b'x'; 4096]).is_ok() {}
    println!("got to the end");
}

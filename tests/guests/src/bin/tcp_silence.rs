//! Reads from a server that says nothing.
use std::io::Read;
use std::net::TcpStream;

use toolward_guests::{given, must_work};

fn main() {
    let [address] = given();
    let mut stream = must_work("connect", TcpStream::connect(address));
    let read = stream.read(&mut [0; 16]);
    println!("got {read:?}");
}

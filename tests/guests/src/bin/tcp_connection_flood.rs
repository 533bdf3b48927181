//! Holds one connection after another.
use std::net::TcpStream;

use toolward_guests::given;

fn main() {
    let [address] = given();
    let mut held = Vec::new();
    for number in 0..2_000 {
        match TcpStream::connect(&address) {
            Ok(stream) => held.push(stream),
            Err(error) => println!("refused {number}: {error}"),
        }
        println!("held {}", held.len());
    }
    println!("got to the end");
}

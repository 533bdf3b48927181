//! Answers to questions that nobody asked, under other numbers, cut off, or no answers at all: prints what it learns.
use std::net::ToSocketAddrs;

use toolward_guests::arguments;

fn main() {
    for name in arguments() {
        match (name.as_str(), 80).to_socket_addrs() {
            Ok(addresses) => addresses.for_each(|address| println!("{name} is {}", address.ip())),
            Err(error) => println!("refused {name}: {error}"),
        }
    }
}

//! Looks one name up again and again.
use std::net::ToSocketAddrs;

use toolward_guests::given;

fn main() {
    let [name] = given();
    for number in 0..100_000 {
        if (name.as_str(), 80).to_socket_addrs().is_ok() {
            println!("looked up {number}");
        }
    }
    println!("got to the end");
}

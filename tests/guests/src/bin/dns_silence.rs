//! Looks up a name that nobody answers for.
use std::net::ToSocketAddrs;

use toolward_guests::given;

fn main() {
    let [name] = given();
    for _ in 0..1_000 {
        if (name.as_str(), 80).to_socket_addrs().is_ok() {
            println!("got {name}");
        }
    }
}

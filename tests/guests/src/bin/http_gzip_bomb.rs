//! Asks for something that is small on the wire and large in memory, once somebody unpacks it.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{given, must_work};

fn main() -> ExitCode {
    let [url] = given();
    let answer = must_work("request", Ask::get(&url).header("Accept-Encoding", "gzip").send());
    println!("{} bytes of {}", answer.body.len(), answer.header("content-encoding"));
    ExitCode::SUCCESS
}

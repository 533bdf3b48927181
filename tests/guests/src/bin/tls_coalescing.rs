//! Two names with one certificate: a connection to the one must not carry what is for the other.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{arguments, must_work};

fn main() -> ExitCode {
    for _ in 0..3 {
        for url in arguments() {
            must_work(&url, Ask::get(&url).send());
        }
    }
    ExitCode::SUCCESS
}

//! Starts requests and exits at once: what was started has its record all the same.
use std::process::ExitCode;

use toolward_guests::given;
use toolward_guests::http::Ask;

fn main() -> ExitCode {
    let [url] = given();
    let started: Vec<_> = (0..3).map(|number| Ask::get(&format!("{url}/{number}")).start().is_ok()).collect();
    println!("started {started:?}");
    ExitCode::SUCCESS
}

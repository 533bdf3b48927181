//! Asks for large answers and never reads them: what is not read must not lie in the host's memory.
use std::process::ExitCode;
use std::time::Duration;

use toolward_guests::http::{Ask, wait};
use toolward_guests::{given, must_work};

fn main() -> ExitCode {
    let [url] = given();
    let mut kept = Vec::new();
    for _ in 0..8 {
        let started = must_work("request", Ask::get(&url).start());
        let answer = must_work("answer", wait(&started.answer));
        let body = answer.consume().expect("a body");
        let stream = body.stream().expect("a stream");
        must_work("a first byte", stream.blocking_read(1));
        kept.push((stream, body, answer, started));
    }
    std::thread::sleep(Duration::from_millis(500));
    println!("kept {}", kept.len());
    ExitCode::SUCCESS
}

//! Drops everything at every point of a request's life.
use std::process::ExitCode;

use toolward_guests::http::{Ask, wait};
use toolward_guests::{given, must_work};

fn main() -> ExitCode {
    let [url] = given();
    // The whole request; its body alone; its answer alone; the answer's body, unread.
    drop(must_work("request", Ask::get(&url).start()));
    let started = must_work("request", Ask::post(&url, "body").start());
    drop(started.body);
    drop(started.answer);
    let started = must_work("request", Ask::post(&url, "body").start());
    drop(started.answer);
    drop(started.body.map(|body| body.write().map(|stream| stream.blocking_write_and_flush(b"half"))));
    let started = must_work("request", Ask::get(&url).start());
    drop(must_work("answer", wait(&started.answer)));
    let started = must_work("request", Ask::get(&url).start());
    let answer = must_work("answer", wait(&started.answer));
    drop(answer.consume());
    for _ in 0..30 {
        drop(must_work("request", Ask::get(&url).start()));
        // The host lets go of it as soon as it is its turn.
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    must_work("one more", Ask::get(&url).send());
    ExitCode::SUCCESS
}

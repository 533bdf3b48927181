//! Reads an answer that never ends.
use toolward_guests::http::{Ask, wait};
use toolward_guests::{given, must_work};

fn main() {
    let [url] = given();
    let started = must_work("request", Ask::get(&url).start());
    let answer = must_work("answer", wait(&started.answer));
    let body = answer.consume().expect("a body");
    let stream = body.stream().expect("a stream");
    while stream.blocking_read(65_536).is_ok() {}
    println!("got the end");
}

//! Sends a body without end.
use toolward_guests::http::Ask;
use toolward_guests::{given, must_work};

fn main() {
    let [url] = given();
    let started = must_work("request", Ask::post(&url, "").start());
    let body = started.body.expect("a body");
    let stream = body.write().expect("a stream");
    while stream.blocking_write_and_flush(&[b'x'; 4096]).is_ok() {}
    println!("got to the end");
}

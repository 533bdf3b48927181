//! As many requests at once as it can.
use toolward_guests::given;
use toolward_guests::http::{Ask, wait};

fn main() {
    let [url] = given();
    let mut started = Vec::new();
    for number in 0..1_000 {
        match Ask::get(&format!("{url}/{number}")).start() {
            Ok(request) => started.push(request),
            Err(error) => println!("refused {number}: {error}"),
        }
    }
    for request in &started {
        drop(wait(&request.answer));
    }
    println!("got to the end");
}

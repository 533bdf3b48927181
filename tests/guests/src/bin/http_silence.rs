//! Asks a server that says nothing.
use toolward_guests::given;
use toolward_guests::http::Ask;

fn main() {
    let [url] = given();
    let answer = Ask::get(&url).send();
    println!("got {}", answer.map_or_else(|error| error.to_string(), |answer| answer.text()));
}

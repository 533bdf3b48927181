//! One request after another, without end.
use toolward_guests::given;
use toolward_guests::http::Ask;

fn main() {
    let [url] = given();
    for number in 0..100_000 {
        match Ask::get(&format!("{url}/{number}")).send() {
            Ok(_) => println!("sent {number}"),
            Err(error) => println!("refused {number}: {error}"),
        }
    }
    println!("got to the end");
}

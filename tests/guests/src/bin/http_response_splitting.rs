//! An answer that is longer than it says: what is too much must not answer the next request.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [first, second] = given();
    let mut attack = Attack::begin();
    for _ in 0..8 {
        for url in [&first, &second] {
            match Ask::get(url).send() {
                Ok(answer) => {
                    let poisoned = answer.text().contains("poison") || !answer.header("x-poison").is_empty();
                    attack.must_not_be(format!("poison at {url}"), poisoned);
                }
                Err(error) => println!("refused {url}: {error}"),
            }
        }
    }
    attack.end()
}

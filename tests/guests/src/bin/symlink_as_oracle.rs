//! Makes symbolic links that lead to hidden names: whether one can be made must not tell what stands there.
use std::process::ExitCode;

use toolward_guests::{Attack, mount};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let mut answers = Vec::new();
    for (number, name) in ["missing", "file", "dir", "link", "link/below"].into_iter().enumerate() {
        let answer = repo.symlink_at(&format!("hidden/{name}"), &format!("links/{number}")).err();
        println!("{name}: {answer:?}");
        answers.push((name, answer));
    }
    for (name, answer) in &answers {
        attack.must_not_be(format!("{name} is told from what is missing"), *answer != answers[0].1);
    }
    attack.end()
}

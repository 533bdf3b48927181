//! Looks for denied names in listings.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, must_work, names_in, open_dir};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for dir in [".", "pub"] {
        let names = must_work(dir, open_dir(&repo, dir).and_then(|dir| names_in(&dir)));
        println!("{dir}: {names:?}");
        attack.must_not_be("a denied name", names.iter().any(|name| name == ".env" || name == "private"));
    }
    let by_std = must_work("std", std::fs::read_dir("/repo")).filter_map(Result::ok);
    attack.must_not_be(
        "a denied name by std",
        by_std.map(|entry| entry.file_name()).any(|name| name == ".env" || name == "private"),
    );
    attack.end()
}

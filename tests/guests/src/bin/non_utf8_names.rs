//! Lists and removes a directory in which names are no UTF-8.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, must_work, names_in, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let names = must_work("list", open_dir(&repo, "pub").and_then(|dir| names_in(&dir)));
    println!("names {names:?}");
    attack.must_not_be("an invented name", names.iter().any(|name| name.contains('\u{fffd}')));
    attack.must_not_be("a listing cut short", !names.iter().any(|name| name == "open.txt"));
    attack.must_fail("read a replaced name", read_at(&repo, "pub/caf\u{fffd}"));
    attack.must_fail("read below it", read_at(&repo, "pub/to-odd/key"));
    attack.end()
}

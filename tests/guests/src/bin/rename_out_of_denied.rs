//! Moves denied files to names that may be read.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for old in [".env", "./.env", "private/key", "pub/../private/key"] {
        attack.must_fail(format!("rename {old}"), repo.rename_at(old, &repo, "pub/moved"));
        attack.must_fail("read it", read_at(&repo, "pub/moved"));
    }
    if let Ok(inside) = open_dir(&repo, "pub") {
        attack.must_fail("rename from a handle", inside.rename_at("../.env", &inside, "moved"));
    }
    attack.must_fail("std", std::fs::rename("/repo/.env", "/repo/pub/moved"));
    attack.end()
}

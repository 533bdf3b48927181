//! Replaces files that may not be written by files that may be moved.
use std::process::ExitCode;

use toolward_guests::{Attack, mount};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for new in [".env", "read-only.txt", "private/key", "private/new"] {
        attack.must_fail(format!("rename over {new}"), repo.rename_at("pub/open.txt", &repo, new));
        attack
            .must_fail(format!("std rename over {new}"), std::fs::rename("/repo/pub/open.txt", format!("/repo/{new}")));
    }
    attack.end()
}

//! Makes symlinks that lead out, and one that leads to a denied directory without `..`, and goes through them.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let targets = [
        "../outside/secret.txt",
        "/etc/passwd",
        "../../outside",
        "deep/../../../outside",
        "..",
        "./..",
        "/",
        "",
        "deep/..",
    ];
    for (number, target) in targets.into_iter().enumerate() {
        attack.must_fail(format!("symlink to {target:?}"), repo.symlink_at(target, &format!("pub/made-{number}")));
        attack.must_fail(format!("read through {target:?}"), read_at(&repo, &format!("pub/made-{number}")));
    }
    // Relative and without `..`; but what it leads to may not be known.
    attack.must_fail("symlink to a denied directory", repo.symlink_at("private", "to-private"));
    attack.must_fail("read through it", read_at(&repo, "to-private/key"));
    attack.must_fail("list through it", open_dir(&repo, "to-private").map(drop));
    attack.end()
}

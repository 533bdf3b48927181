//! Gives a denied file a second name below a directory that may be read.
use std::process::ExitCode;

use toolward_guests::{Attack, PathFlags, mount, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for flags in [PathFlags::empty(), PathFlags::SYMLINK_FOLLOW] {
        for old in [".env", "private/key", "./.env", "pub/to-env", "pub/outside"] {
            attack.must_fail(format!("link {old} with {flags:?}"), repo.link_at(flags, old, &repo, "pub/laundered"));
            attack.must_fail("read it", read_at(&repo, "pub/laundered"));
            // A link of the symlink itself, where it was made, is no way in; the next attempt starts afresh.
            let _nothing_was_made = repo.unlink_file_at("pub/laundered");
        }
    }
    if let Ok(inside) = open_dir(&repo, "pub") {
        attack.must_fail("link into a handle", repo.link_at(PathFlags::empty(), ".env", &inside, "laundered"));
    }
    attack.must_fail("std", std::fs::hard_link("/repo/.env", "/repo/pub/laundered"));
    attack.must_fail(
        "link over a name that may not be written",
        repo.link_at(PathFlags::empty(), "pub/open.txt", &repo, ".env2"),
    );
    attack.end()
}

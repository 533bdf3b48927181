//! Reaches a denied directory through a symlink that stands in an allowed one.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, names_in, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in ["pub/link/key", "pub/link/../private/key", "pub/key", "pub/./link//key"] {
        attack.must_fail(format!("read {path}"), read_at(&repo, path));
        attack.must_fail(format!("write {path}"), write_at(&repo, path, OpenFlags::TRUNCATE, b"x"));
    }
    attack.must_fail("list", open_dir(&repo, "pub/link").and_then(|dir| names_in(&dir)));
    attack.must_fail(
        "list through a handle",
        open_dir(&repo, "pub").and_then(|dir| open_dir(&dir, "link")).and_then(|dir| read_at(&dir, "key")),
    );
    attack.must_fail("std", std::fs::read_to_string("/repo/pub/link/key"));
    attack.must_fail("std list", std::fs::read_dir("/repo/pub/link").map(Iterator::count));
    attack.end()
}

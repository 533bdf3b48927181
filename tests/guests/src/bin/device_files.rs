//! Opens devices, by symlinks and, where the test could make one, by a node in the mount.
use std::process::ExitCode;

use toolward_guests::{Attack, NO_CREATE, arguments, mount, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in arguments() {
        attack.must_fail(format!("read {path}"), read_at(&repo, &path));
        attack.must_fail(format!("write {path}"), write_at(&repo, &path, NO_CREATE, b"x"));
    }
    attack.end()
}

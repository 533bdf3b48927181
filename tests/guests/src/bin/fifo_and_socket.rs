//! Opens a FIFO that nobody writes, and a socket: neither may keep the host waiting.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, OpenFlags, PathFlags, mount, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in ["pub/fifo", "pub/to-fifo", "pub/socket"] {
        attack.must_fail(format!("read {path}"), read_at(&repo, path));
        attack.must_fail(format!("write {path}"), write_at(&repo, path, NO_CREATE, b"x"));
        attack.must_fail(format!("truncate {path}"), write_at(&repo, path, OpenFlags::TRUNCATE, b"x"));
        let both = DescriptorFlags::READ | DescriptorFlags::WRITE;
        attack.must_fail(
            format!("both {path}"),
            repo.open_at(PathFlags::SYMLINK_FOLLOW, path, NO_CREATE, both).map(drop),
        );
    }
    attack.must_fail("std", std::fs::read("/repo/pub/fifo"));
    attack.end()
}

//! Writes a file that has a second name outside the mount.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, OpenFlags, PathFlags, mount, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    attack.must_fail("write", write_at(&repo, "pub/shared", NO_CREATE, b"owned"));
    attack.must_fail("truncate", write_at(&repo, "pub/shared", OpenFlags::TRUNCATE, b""));
    let both = DescriptorFlags::READ | DescriptorFlags::WRITE;
    attack.must_fail(
        "set size",
        repo.open_at(PathFlags::empty(), "pub/shared", NO_CREATE, both).and_then(|file| file.set_size(0)),
    );
    attack.must_fail(
        "append",
        repo.open_at(PathFlags::empty(), "pub/shared", NO_CREATE, both)
            .and_then(|file| file.append_via_stream())
            .map(drop),
    );
    attack.must_fail("std", std::fs::write("/repo/pub/shared", "owned"));
    attack.end()
}

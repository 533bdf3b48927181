//! Opens a directory without the right to change it, and changes it; opens for nothing, and reads.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, OpenFlags, PathFlags, mount, must_work, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let follow = PathFlags::SYMLINK_FOLLOW;
    let readable = must_work("open", repo.open_at(follow, "readable", OpenFlags::DIRECTORY, DescriptorFlags::READ));
    attack.must_fail("create in a reader's directory", write_at(&readable, "new", OpenFlags::CREATE, b"x"));
    attack.must_fail("mkdir in it", readable.create_directory_at("made"));
    attack.must_fail("unlink in it", readable.unlink_file_at("file"));
    attack.must_fail("truncate in it", write_at(&readable, "file", OpenFlags::TRUNCATE, b""));
    let file = must_work("open its file", readable.open_at(follow, "file", NO_CREATE, DescriptorFlags::READ));
    attack.must_fail("write by a reader", file.write(b"x", 0));
    attack.must_fail("resize by a reader", file.set_size(1));
    let empty = readable.open_at(follow, "write-only", NO_CREATE, DescriptorFlags::empty());
    attack.must_fail("read what was opened for nothing", empty.and_then(|file| file.read(64, 0)));
    attack.must_fail("read what may only be written", toolward_guests::read_at(&repo, "readable/write-only"));
    let writer = repo.open_at(follow, "readable/write-only", NO_CREATE, DescriptorFlags::WRITE);
    attack.must_fail("read by a writer", writer.and_then(|file| file.read(64, 0)));
    attack.end()
}

//! Keeps the handle of a directory that has been removed, and of one that was replaced under the same name.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, must_work, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    must_work("make a directory", repo.create_directory_at("pub/gone"));
    let held = must_work("open it", open_dir(&repo, "pub/gone"));
    must_work("remove it", repo.remove_directory_at("pub/gone"));
    attack.must_fail("create in it", write_at(&held, "new", OpenFlags::CREATE, b"x"));
    attack.must_fail("read its parent", read_at(&held, "../open.txt"));
    must_work("make another", repo.create_directory_at("pub/gone"));
    must_work("put a file into it", write_at(&repo, "pub/gone/file", OpenFlags::CREATE, b"x"));
    attack.must_fail("read the other one's file by the old handle", read_at(&held, "file"));
    // The name that Linux shows for a removed directory.
    attack.must_fail("create beside it", write_at(&held, "file (deleted)", OpenFlags::CREATE, b"x"));
    attack.end()
}

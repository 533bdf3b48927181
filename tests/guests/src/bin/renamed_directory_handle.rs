//! Keeps the handle of an open directory while the host moves it to where its files are denied.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, must_work, open_dir, read_at, wait_for, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let held = must_work("open work/a", open_dir(&repo, "work/a"));
    must_work("read work/a/key before the move", read_at(&held, "key"));
    must_work("say that it is open", write_at(&repo, "work/ready", OpenFlags::CREATE, b""));
    wait_for(&repo, "work/go");
    attack.must_fail("read by the handle", read_at(&held, "secret"));
    attack.must_fail("write by the handle", write_at(&held, "key", OpenFlags::TRUNCATE, b"x"));
    attack.must_fail("create by the handle", write_at(&held, "new", OpenFlags::CREATE, b"x"));
    attack.must_fail("unlink by the handle", held.unlink_file_at("key"));
    attack.end()
}

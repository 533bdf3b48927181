//! Gives a directory the name of another one, so that a denied name below it has new content.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, PathFlags, mount, must_work, names_in, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    attack.must_fail("the directory with the denied file, out of the way", repo.rename_at("prod", &repo, "old"));
    attack.must_fail("another with such a file, to a free name", repo.rename_at("staging", &repo, "live"));
    attack.must_fail("the same by std", std::fs::rename("/repo/staging", "/repo/live"));
    attack.must_fail("a directory over an empty one", repo.rename_at("staging", &repo, "empty"));
    // Nothing denied is in this one: but the answer must not tell that.
    attack.must_fail("one that holds nothing", repo.rename_at("empty", &repo, "void"));
    must_work("make what is allowed under its own name", repo.create_directory_at("pub/mine"));
    must_work("and a file in it", write_at(&repo, "pub/mine/settings", OpenFlags::CREATE, b"mine"));
    attack.must_fail("to a name below which that file is denied", repo.rename_at("pub/mine", &repo, "live"));
    attack
        .must_fail("to it from a handle", open_dir(&repo, "pub").and_then(|dir| dir.rename_at("mine", &repo, "live")));
    attack.must_fail("a link by that name", repo.symlink_at("pub/mine", "live"));
    must_work("a link by another name", repo.symlink_at("mine", "pub/link"));
    attack.must_fail("the link, to that name", repo.rename_at("pub/link", &repo, "live"));
    attack.must_fail("the host's link, to that name", repo.rename_at("pub/upward", &repo, "live"));
    attack.must_fail("read what was to stand there", read_at(&repo, "live/settings"));
    attack.must_fail("stat it", repo.stat_at(PathFlags::empty(), "live").map(drop));
    // A directory below which everything is allowed does move, and its handle with it.
    let held = must_work("open", open_dir(&repo, "open/a"));
    must_work("move where everything is allowed", repo.rename_at("open/a", &repo, "open/b"));
    must_work("read by the handle", read_at(&held, "file"));
    must_work("write by the handle", write_at(&held, "file", OpenFlags::TRUNCATE, b"moved"));
    println!("{:?}", must_work("list by the handle", names_in(&held)));
    must_work("move over an empty one", repo.rename_at("open/b", &repo, "open/c"));
    attack.end()
}

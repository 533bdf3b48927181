//! Changes a mount that is read-only, although every rule would allow it.
use std::process::ExitCode;

use toolward_guests::{
    Attack, DescriptorFlags, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, must_work, read_at, write_at,
};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    must_work("read", read_at(&repo, "pub/open.txt"));
    attack.must_fail("create", write_at(&repo, "pub/new", OpenFlags::CREATE, b"x"));
    attack.must_fail("write", write_at(&repo, "pub/open.txt", NO_CREATE, b"x"));
    attack.must_fail("truncate", write_at(&repo, "pub/open.txt", OpenFlags::TRUNCATE, b""));
    let reading = repo.open_at(PathFlags::empty(), "pub/open.txt", OpenFlags::TRUNCATE, DescriptorFlags::READ);
    attack.must_fail("truncate by a reader", reading.map(drop));
    attack.must_fail("mkdir", repo.create_directory_at("pub/made"));
    attack.must_fail("rmdir", repo.remove_directory_at("pub/deep"));
    attack.must_fail("unlink", repo.unlink_file_at("pub/open.txt"));
    attack.must_fail("rename", repo.rename_at("pub/open.txt", &repo, "pub/moved"));
    attack.must_fail("symlink", repo.symlink_at("open.txt", "pub/made"));
    attack.must_fail("link", repo.link_at(PathFlags::empty(), "pub/open.txt", &repo, "pub/made"));
    attack.must_fail(
        "set times",
        repo.set_times_at(PathFlags::empty(), "pub/open.txt", NewTimestamp::Now, NewTimestamp::Now),
    );
    attack.must_fail("std", std::fs::write("/repo/pub/open.txt", "x"));
    attack.end()
}

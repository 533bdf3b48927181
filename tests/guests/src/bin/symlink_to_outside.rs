//! Follows symlinks that the host has put into the mount and that lead out of it.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, PathFlags, mount, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in ["pub/file", "pub/absolute", "pub/dir/secret.txt", "pub/dir/../outside/secret.txt", "pub/chain"] {
        attack.must_fail(format!("read {path}"), read_at(&repo, path));
        attack.must_fail(format!("write {path}"), write_at(&repo, path, OpenFlags::TRUNCATE, b"x"));
        attack.must_fail(format!("stat {path}"), repo.stat_at(PathFlags::SYMLINK_FOLLOW, path));
    }
    attack.must_fail("create through a directory link", write_at(&repo, "pub/dir/new.txt", OpenFlags::CREATE, b"x"));
    attack.must_fail("create through a dangling link", write_at(&repo, "pub/dangling", OpenFlags::CREATE, b"x"));
    attack.must_fail("open a directory link", open_dir(&repo, "pub/dir").map(drop));
    attack.must_fail("mkdir through a link", repo.create_directory_at("pub/dir/made"));
    attack.must_fail("unlink through a link", repo.unlink_file_at("pub/dir/secret.txt"));
    attack.must_fail("std", std::fs::read_to_string("/repo/pub/dir/secret.txt"));
    attack.end()
}

//! Makes and removes names that a rule keeps from being written.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, PathFlags, mount, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for name in [".git/hooks/pre-commit", ".envrc", ".env.new"] {
        attack.must_fail(format!("create {name}"), write_at(&repo, name, OpenFlags::CREATE, b"x"));
        attack.must_fail(
            format!("create {name} anew"),
            write_at(&repo, name, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, b"x"),
        );
        attack.must_fail(format!("mkdir {name}"), repo.create_directory_at(name));
        attack.must_fail(format!("symlink {name}"), repo.symlink_at("pub", name));
        attack.must_fail(format!("link {name}"), repo.link_at(PathFlags::empty(), "pub/open.txt", &repo, name));
        attack.must_fail(format!("rename to {name}"), repo.rename_at("pub/open.txt", &repo, name));
    }
    attack.must_fail("unlink", repo.unlink_file_at(".env"));
    attack.must_fail("unlink as a directory", repo.unlink_file_at(".env/"));
    attack.must_fail("rmdir", repo.remove_directory_at("private"));
    attack.must_fail("rmdir in it", repo.remove_directory_at("private/empty"));
    attack.must_fail("std", std::fs::remove_dir_all("/repo/private"));
    attack.end()
}

//! Changes this program itself, and the certificates that it trusts, through a mount that they lie in.
use std::process::ExitCode;

use toolward_guests::{Attack, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, must_work, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for name in ["bin/toolward", "certs/ca.pem", "certs/link.pem"] {
        attack.must_fail(format!("write {name}"), write_at(&repo, name, NO_CREATE, b"x"));
        attack.must_fail(format!("truncate {name}"), write_at(&repo, name, OpenFlags::TRUNCATE, b""));
        attack.must_fail(format!("unlink {name}"), repo.unlink_file_at(name));
        attack.must_fail(format!("rename {name}"), repo.rename_at(name, &repo, "pub/moved"));
        attack.must_fail(format!("rename over {name}"), repo.rename_at("pub/open.txt", &repo, name));
        attack.must_fail(format!("link {name}"), repo.link_at(PathFlags::empty(), name, &repo, "pub/linked"));
        attack.must_fail(
            format!("touch {name}"),
            repo.set_times_at(PathFlags::SYMLINK_FOLLOW, name, NewTimestamp::Now, NewTimestamp::Now),
        );
    }
    attack.must_fail("rename the folder", repo.rename_at("certs", &repo, "pub/certs"));
    attack.must_fail("rename the other folder", repo.rename_at("bin", &repo, "pub/bin"));
    must_work("make another file beside them", write_at(&repo, "certs/other.pem", OpenFlags::CREATE, b"x"));
    attack.end()
}

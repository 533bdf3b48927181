//! Changes the manifest and the component that it is run from, and plants names beside them.
use std::process::ExitCode;

use toolward_guests::{Attack, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, must_work, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for name in ["tool/manifest.toml", "tool/guest.wasm"] {
        attack.must_fail(format!("write {name}"), write_at(&repo, name, NO_CREATE, b"x"));
        attack.must_fail(format!("truncate {name}"), write_at(&repo, name, OpenFlags::TRUNCATE, b""));
        attack.must_fail(format!("unlink {name}"), repo.unlink_file_at(name));
        attack.must_fail(format!("rename {name}"), repo.rename_at(name, &repo, "pub/moved"));
        attack.must_fail(format!("rename over {name}"), repo.rename_at("pub/open.txt", &repo, name));
        attack.must_fail(format!("link {name}"), repo.link_at(PathFlags::empty(), name, &repo, "pub/linked"));
        attack.must_fail(
            format!("touch {name}"),
            repo.set_times_at(PathFlags::empty(), name, NewTimestamp::Now, NewTimestamp::Now),
        );
    }
    attack.must_fail("plant a manifest", write_at(&repo, "tool/other.toml", OpenFlags::CREATE, b"x"));
    attack.must_fail("plant a directory", repo.create_directory_at("tool/made"));
    attack.must_fail("rename the folder", repo.rename_at("tool", &repo, "pub/tool"));
    must_work("write elsewhere", write_at(&repo, "pub/open.txt", NO_CREATE, b"x"));
    attack.end()
}

//! Carries files from one mount to another whose rules are weaker.
use std::process::ExitCode;

use toolward_guests::{Attack, PathFlags, mount, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let (repo, other) = (mount("/repo"), mount("/other"));
    attack.must_fail("rename", other.rename_at("key", &repo, "pub/key"));
    attack.must_fail("link", other.link_at(PathFlags::empty(), "key", &repo, "pub/key"));
    attack.must_fail("read what came", read_at(&repo, "pub/key"));
    attack.must_fail("rename over", repo.rename_at("pub/open.txt", &other, "key"));
    attack.must_fail("climb", read_at(&repo, "../other/key"));
    attack.must_fail("climb to the host's name", read_at(&repo, "../second/key"));
    attack.must_fail("follow a link", read_at(&repo, "pub/to-other"));
    attack.must_fail("symlink", repo.symlink_at("../other/key", "pub/made"));
    attack.must_fail("std", std::fs::rename("/other/key", "/repo/pub/key"));
    attack.must_fail("read it where it stands", read_at(&other, "key"));
    attack.end()
}

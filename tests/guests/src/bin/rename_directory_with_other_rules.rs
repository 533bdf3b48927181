//! Moves whole directories so that other rules hold for what is in them.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, names_in, open_dir, read_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    attack.must_fail("the denied directory itself", repo.rename_at("private", &repo, "pub/private"));
    attack.must_fail("read in it", read_at(&repo, "pub/private/key"));
    // `work` and `pub` are both open; but `/repo/work/*.key` is denied, and `/repo/pub/*.key` is not.
    attack.must_fail("a directory in which a file is denied", repo.rename_at("work", &repo, "pub/work"));
    attack.must_fail("read in it", read_at(&repo, "pub/work/a.key"));
    attack.must_fail("the parent of a denied directory", repo.rename_at("parent", &repo, "pub/parent"));
    attack.must_fail("read in it", read_at(&repo, "pub/parent/private/key"));
    attack.must_fail("a directory over the denied one", repo.rename_at("pub/deep", &repo, "private"));
    attack.must_fail("list it", open_dir(&repo, "private").and_then(|dir| names_in(&dir)));
    attack.end()
}

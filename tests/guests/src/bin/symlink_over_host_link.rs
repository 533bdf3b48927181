//! Makes a symlink, under a name that it may only create, whose text leads over a link of the host to a place that it may write:
//! by its letters the text leads to where nothing may be written.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, must_work};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    attack.must_fail("link to what it may write", repo.symlink_at("open/y", "tool"));
    attack.must_fail("the same over a link of the host", repo.symlink_at("detour/y", "tool"));
    attack.must_fail("over one in the middle", repo.symlink_at("closed/detour/y", "tool"));
    must_work("link to what it may not write", repo.symlink_at("closed/y", "tool"));
    attack.end()
}

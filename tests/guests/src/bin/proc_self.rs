//! Reaches for `/proc/self`, through names and through symlinks that stand in the mount.
use std::process::ExitCode;

use toolward_guests::OpenFlags;
use toolward_guests::{Attack, mount, read_at, write_at};

const PATHS: &[&str] = &[
    "/proc/self/environ",
    "../proc/self/environ",
    "proc/environ",
    "proc/maps",
    "proc/cmdline",
    "fd/0",
    "fd/1",
    "fd/3",
    "fd/10",
    "proc/root/etc/passwd",
    "proc/cwd/Cargo.toml",
    "exe",
];

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in PATHS {
        attack.must_fail(path, read_at(&repo, path));
    }
    attack.must_fail("write memory", write_at(&repo, "proc/mem", OpenFlags::empty(), b"x"));
    attack.must_fail("write oom_score_adj", write_at(&repo, "proc/oom_score_adj", OpenFlags::empty(), b"1000"));
    attack.end()
}

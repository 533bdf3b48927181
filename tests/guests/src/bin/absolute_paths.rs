//! Names files of the host by absolute paths: the one given as an argument, and some that every machine has.
use std::process::ExitCode;

use toolward_guests::OpenFlags;
use toolward_guests::{Attack, arguments, mount, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let secret = arguments().pop().unwrap_or_default();
    let known = ["/etc/passwd", "//etc/passwd", "/", "/repo/pub/open.txt", "/proc/self/environ", "/dev/null"];
    for path in known.into_iter().chain([secret.as_str()]) {
        attack.must_fail(format!("raw {path}"), read_at(&repo, path));
        if path != "/repo/pub/open.txt" {
            attack.must_fail(format!("std {path}"), std::fs::read(path));
        }
    }
    attack.must_fail("create", write_at(&repo, "/toolward-was-here", OpenFlags::CREATE, b"x"));
    attack.must_fail("write", write_at(&repo, &secret, OpenFlags::TRUNCATE, b"x"));
    attack.end()
}

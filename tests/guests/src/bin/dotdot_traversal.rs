//! Climbs out of a mount by `..`, in every spelling that some parser takes for it.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, open_dir, read_at};

const SPELLINGS: &[&str] = &[
    "../outside/secret.txt",
    "./../outside/secret.txt",
    "pub/../../outside/secret.txt",
    "pub/.././../outside/secret.txt",
    "pub//..//..//outside//secret.txt",
    "pub/deep/../../../outside/secret.txt",
    "missing/../../outside/secret.txt",
    "..//outside/secret.txt",
    "../repo/../outside/secret.txt",
    "..\\outside\\secret.txt",
    "%2e%2e/outside/secret.txt",
    "..%2foutside%2fsecret.txt",
    ".../outside/secret.txt",
    "..;/outside/secret.txt",
    "‥/outside/secret.txt",
    "．．/outside/secret.txt",
    "../outside/secret.txt\u{200b}",
];

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in SPELLINGS {
        attack.must_fail(path, read_at(&repo, path));
    }
    for path in ["..", "../", "pub/../..", "../outside"] {
        attack.must_fail(path, open_dir(&repo, path).map(drop));
    }
    attack.must_fail("std", std::fs::read_to_string("/repo/../outside/secret.txt"));
    attack.end()
}

//! Reads a denied file under every spelling of its own name.
use std::process::ExitCode;

use toolward_guests::{Attack, mount, open_dir, read_at};

const SPELLINGS: &[&str] = &[
    ".env",
    "./.env",
    "././.env",
    ".//.env",
    ".env/",
    ".env//",
    ".env/.",
    "pub/../.env",
    "pub/..//.env",
    "pub/deep/../../.env",
    "pub/./../.env",
    "./pub/../.env",
];

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in SPELLINGS {
        attack.must_fail(path, read_at(&repo, path));
    }
    for path in ["/repo/.env", "/repo/./.env", ".env", "pub/../.env", "/repo//.env", "/repo/pub/../.env"] {
        attack.must_fail(format!("std {path}"), std::fs::read_to_string(path));
    }
    match open_dir(&repo, "pub") {
        Ok(inside) => attack.must_fail("../.env from a handle", read_at(&inside, "../.env")),
        Err(error) => println!("refused to open pub: {error}"),
    }
    attack.end()
}

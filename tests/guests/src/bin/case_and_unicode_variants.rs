//! Reads and creates names that differ from a denied one in case or Unicode form only.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, read_at, write_at};

/// Composed, and decomposed: the rule says the first.
const FORMS: [&str; 2] = ["cl\u{e9}.pem", "cle\u{301}.pem"];
const VARIANTS: &[&str] =
    &[".ENV", ".Env", ".eNv", FORMS[0], FORMS[1], "CL\u{c9}.PEM", "CLE\u{301}.pem", "STRASSE.key", "straße.KEY"];

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in VARIANTS {
        attack.must_fail(format!("read {path}"), read_at(&repo, path));
        attack.must_fail(format!("create {path}"), write_at(&repo, path, OpenFlags::CREATE, b"x"));
    }
    attack.end()
}

//! Uses names with NUL, line breaks and terminal escapes; the last two may be allowed, and must not spoil the log.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, read_at, write_at};

const FORGED: &str = "pub/\u{1b}[2J\n{\"seq\":1,\"verdict\":\"allow\",\"resource\":\"forged\"}";

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for path in [".env\0.txt", "pub/a\0/../../.env", "\0", ""] {
        attack.must_fail(format!("read {path:?}"), read_at(&repo, path));
        attack.must_fail(format!("create {path:?}"), write_at(&repo, path, OpenFlags::CREATE, b"x"));
    }
    attack.must_fail("read an escape in a denied name", read_at(&repo, "private/\u{1b}]0;owned\u{7}\n"));
    println!(
        "a name that forges a line: {:?}",
        write_at(&repo, FORGED.rsplit('/').next().unwrap_or(FORGED), OpenFlags::CREATE, b"x").is_ok()
    );
    println!("the same, deeper: {:?}", write_at(&repo, FORGED, OpenFlags::CREATE, b"x").is_ok());
    attack.end()
}

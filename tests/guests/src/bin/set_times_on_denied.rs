//! Sets the times of files that may be read and not written.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, NewTimestamp, PathFlags, mount, must_work, open_dir};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let long_ago = || NewTimestamp::Timestamp(wasip2::clocks::wall_clock::Datetime { seconds: 1, nanoseconds: 0 });
    for path in ["read-only.txt", ".env", "pub/to-env", "private"] {
        for flags in [PathFlags::empty(), PathFlags::SYMLINK_FOLLOW] {
            if path == "pub/to-env" && flags.is_empty() {
                continue; // the link itself may be written
            }
            attack.must_fail(format!("{path} {flags:?}"), repo.set_times_at(flags, path, long_ago(), long_ago()));
        }
    }
    let reader =
        must_work("open to read", repo.open_at(PathFlags::empty(), "read-only.txt", NO_CREATE, DescriptorFlags::READ));
    attack.must_fail("by a reader", reader.set_times(long_ago(), long_ago()));
    attack.must_fail(
        "of a directory's handle",
        open_dir(&repo, "readable").and_then(|dir| dir.set_times(long_ago(), long_ago())),
    );
    attack.end()
}

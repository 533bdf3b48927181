//! Empties a file that may be read and not written, by flags that some hosts act on before they look.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, NO_CREATE, OpenFlags, PathFlags, mount, must_work};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let flags = [OpenFlags::TRUNCATE, OpenFlags::TRUNCATE | OpenFlags::CREATE, OpenFlags::CREATE];
    let modes = [
        DescriptorFlags::READ,
        DescriptorFlags::WRITE,
        DescriptorFlags::READ | DescriptorFlags::WRITE,
        DescriptorFlags::empty(),
    ];
    for flag in flags {
        for mode in modes {
            if flag == OpenFlags::CREATE && !mode.contains(DescriptorFlags::WRITE) {
                continue; // opening an existing file to read it is allowed
            }
            let opened = repo.open_at(PathFlags::SYMLINK_FOLLOW, "read-only.txt", flag, mode);
            attack.must_fail(format!("{flag:?} {mode:?}"), opened.map(drop));
        }
    }
    let reader =
        must_work("open to read", repo.open_at(PathFlags::empty(), "read-only.txt", NO_CREATE, DescriptorFlags::READ));
    attack.must_fail("set size by a reader", reader.set_size(0));
    attack.must_fail("write by a reader", reader.write(b"x", 0));
    attack.must_fail("stream by a reader", reader.write_via_stream(0).map(drop));
    attack.must_fail("append by a reader", reader.append_via_stream().map(drop));
    attack.must_fail("std", std::fs::File::create("/repo/read-only.txt").map(drop));
    attack.end()
}

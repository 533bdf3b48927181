//! Makes files far larger than the disk, by size and by offset, where only a small one may be made.
use toolward_guests::{DescriptorFlags, OpenFlags, PathFlags, mount, must_work};

fn main() {
    let repo = mount("/repo");
    let file =
        must_work("create", repo.open_at(PathFlags::empty(), "pub/sparse", OpenFlags::CREATE, DescriptorFlags::WRITE));
    for (what, result) in [
        ("set size u64::MAX", file.set_size(u64::MAX)),
        ("write at u64::MAX", file.write(b"x", u64::MAX).map(drop)),
        ("write at i64::MAX", file.write(b"x", i64::MAX.unsigned_abs()).map(drop)),
    ] {
        println!("{what}: {result:?}");
    }
}

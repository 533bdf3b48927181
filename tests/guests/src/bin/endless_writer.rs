//! Makes one small file after another, without end: whoever stops it sees no further one.
use toolward_guests::{OpenFlags, mount, must_work, write_at};

fn main() {
    let repo = mount("/repo");
    for number in 0_u64.. {
        let path = format!("many-{number}");
        must_work("create", write_at(&repo, &path, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, b"x"));
    }
}

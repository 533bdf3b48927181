//! Makes, changes and reads one file after another, so that whoever kills it kills it in the middle of an effect.
use toolward_guests::{NO_CREATE, OpenFlags, arguments, mount, must_work, read_at, write_at};

fn main() {
    let repo = mount("/repo");
    let name = arguments().pop().unwrap_or_default();
    for number in 0..200 {
        let path = format!("pub/{name}-{number}");
        must_work("create", write_at(&repo, &path, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, b"created"));
        must_work("write", write_at(&repo, "pub/open.txt", NO_CREATE, path.as_bytes()));
        must_work("read", read_at(&repo, &path));
    }
}

//! Asks the host for more random bytes, and longer reads, than it could ever hold.
use toolward_guests::{DescriptorFlags, NO_CREATE, PathFlags, mount};

fn main() {
    let repo = mount("/repo");
    if let Ok(file) = repo.open_at(PathFlags::empty(), "pub/open.txt", NO_CREATE, DescriptorFlags::READ) {
        println!("read {:?}", file.read(u64::MAX, 0).map(|(bytes, _)| bytes.len()));
        println!("read {:?}", file.read(1, u64::MAX).map(|(bytes, _)| bytes.len()));
        println!(
            "stream {:?}",
            file.read_via_stream(0).map(|stream| stream.blocking_read(u64::MAX).map(|bytes| bytes.len()).ok())
        );
    }
    println!("asking for random bytes");
    let bytes = wasip2::random::random::get_random_bytes(1 << 40);
    println!("got {} bytes", bytes.len());
}

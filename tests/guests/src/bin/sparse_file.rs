//! Makes files far larger than the disk, by size and by offset, where only a small one may be made.
use toolward_guests::{DescriptorFlags, OpenFlags, PathFlags, mount, must_work};
use wasip2::filesystem::types::filesystem_error_code;
use wasip2::io::streams::StreamError;

fn main() {
    let repo = mount("/repo");
    let file =
        must_work("create", repo.open_at(PathFlags::empty(), "pub/sparse", OpenFlags::CREATE, DescriptorFlags::WRITE));
    for (what, result) in [
        ("set size u64::MAX", file.set_size(u64::MAX)),
        ("write at u64::MAX", file.write(b"x", u64::MAX).map(drop)),
        ("write at i64::MAX", file.write(b"x", i64::MAX.unsigned_abs()).map(drop)),
        ("set size 1 TiB and a byte", file.set_size((1 << 40) + 1)),
        ("write at 1 TiB", file.write(b"x", 1 << 40).map(drop)),
    ] {
        println!("{what}: {}", result.map_or_else(|error| error.name(), |()| "done"));
    }
    let stream = must_work("write", file.write_via_stream(1 << 40));
    match stream.blocking_write_and_flush(b"x") {
        Err(StreamError::LastOperationFailed(error)) => {
            println!(
                "stream at 1 TiB: {}",
                filesystem_error_code(&error).map_or("another error", |error| error.name())
            );
        }
        other => println!("stream at 1 TiB: {other:?}"),
    }
}

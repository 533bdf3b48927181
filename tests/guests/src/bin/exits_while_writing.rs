//! Writes into streams and lets go of them, or ends, without waiting until the bytes are in the file.
use toolward_guests::{DescriptorFlags, OpenFlags, PathFlags, mount, must_work};

fn main() {
    let repo = mount("/repo");
    let open = |name: &str| {
        let opened = repo.open_at(PathFlags::empty(), name, OpenFlags::CREATE, DescriptorFlags::WRITE);
        must_work(format!("open {name}"), opened)
    };
    let dropped = open("pub/dropped");
    let stream = must_work("stream", dropped.write_via_stream(0));
    must_work("room", stream.check_write().map_err(|error| format!("{error:?}")));
    must_work("write", stream.write(b"written").map_err(|error| format!("{error:?}")));
    drop(stream);

    let appended = open("pub/appended");
    let stream = must_work("stream", appended.append_via_stream());
    must_work("room", stream.check_write().map_err(|error| format!("{error:?}")));
    must_work("write", stream.write(b"written").map_err(|error| format!("{error:?}")));
    wasip2::cli::exit::exit(Ok(()));
}

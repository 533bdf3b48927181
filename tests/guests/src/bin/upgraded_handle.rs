//! Opens a directory without the right to change it, and changes it; opens for nothing, and reads.
use std::process::ExitCode;

use toolward_guests::{
    Attack, Descriptor, DescriptorFlags, ErrorCode, NO_CREATE, OpenFlags, PathFlags, mount, must_work, write_at,
};

fn stream(file: &Descriptor) -> Result<Vec<u8>, ErrorCode> {
    file.read_via_stream(0)?.blocking_read(64).map_err(|_| ErrorCode::BadDescriptor)
}

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let follow = PathFlags::SYMLINK_FOLLOW;
    let readable = must_work("open", repo.open_at(follow, "readable", OpenFlags::DIRECTORY, DescriptorFlags::READ));
    attack.must_fail("create in a reader's directory", write_at(&readable, "new", OpenFlags::CREATE, b"x"));
    attack.must_fail("mkdir in it", readable.create_directory_at("made"));
    attack.must_fail("unlink in it", readable.unlink_file_at("file"));
    attack.must_fail("truncate in it", write_at(&readable, "file", OpenFlags::TRUNCATE, b""));
    let file = must_work("open its file", readable.open_at(follow, "file", NO_CREATE, DescriptorFlags::READ));
    attack.must_fail("write by a reader", file.write(b"x", 0));
    attack.must_fail("resize by a reader", file.set_size(1));
    for flags in [NO_CREATE, OpenFlags::CREATE] {
        let opened = repo.open_at(follow, "readable/write-only", flags, DescriptorFlags::empty());
        attack.must_fail(
            format!("read what was opened for nothing, {flags:?}"),
            opened.and_then(|file| file.read(64, 0)),
        );
        let opened = repo.open_at(follow, "readable/write-only", flags, DescriptorFlags::empty());
        attack.must_fail(format!("stream it, {flags:?}"), opened.and_then(|file| stream(&file)));
    }
    attack.must_fail("read what may only be written", toolward_guests::read_at(&repo, "readable/write-only"));
    let writer = repo.open_at(follow, "readable/write-only", NO_CREATE, DescriptorFlags::WRITE);
    attack.must_fail("read by a writer", writer.and_then(|file| file.read(64, 0)));
    attack.end()
}

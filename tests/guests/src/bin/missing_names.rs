//! Asks by every operation for names that are not there, or are of the wrong kind, where names may be listed and nothing else.
use std::process::ExitCode;

use toolward_guests::{
    Attack, DescriptorFlags, ErrorCode, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, open_dir, read_at,
    write_at,
};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let follow = PathFlags::SYMLINK_FOLLOW;
    let mut expect = |what: String, error: Option<ErrorCode>, expected: ErrorCode| {
        println!("{what}: {error:?}");
        attack.must_not_be(format!("{what} is not {expected:?}"), error != Some(expected));
    };
    for path in ["none", "none/", "none/below", "none/below/", "dir/none", "dangling"] {
        for (what, error) in [
            ("read", read_at(&repo, path).err()),
            ("open for nothing", repo.open_at(follow, path, NO_CREATE, DescriptorFlags::empty()).err()),
            ("open as a directory", open_dir(&repo, path).err()),
            ("write", write_at(&repo, path, NO_CREATE, b"x").err()),
            ("truncate", write_at(&repo, path, OpenFlags::TRUNCATE, b"x").err()),
            ("stat", repo.stat_at(follow, path).err()),
            ("times", repo.set_times_at(follow, path, NewTimestamp::Now, NewTimestamp::Now).err()),
        ] {
            expect(format!("{what} {path}"), error, ErrorCode::NoEntry);
        }
    }
    for path in ["none", "none/below"] {
        for (what, error) in [
            ("readlink", repo.readlink_at(path).err()),
            ("unlink", repo.unlink_file_at(path).err()),
            ("rmdir", repo.remove_directory_at(path).err()),
            ("rename", repo.rename_at(path, &repo, "open/moved").err()),
            ("link", repo.link_at(PathFlags::empty(), path, &repo, "open/linked").err()),
        ] {
            expect(format!("{what} {path}"), error, ErrorCode::NoEntry);
        }
    }
    for (what, error) in [
        ("create", write_at(&repo, "none/below", OpenFlags::CREATE, b"x").err()),
        ("mkdir", repo.create_directory_at("none/below").err()),
        ("symlink", repo.symlink_at("x", "none/below").err()),
    ] {
        expect(format!("{what} without a parent"), error, ErrorCode::NoEntry);
    }
    for (what, error) in [
        ("read below a file", read_at(&repo, "file/below").err()),
        ("a file as a directory", open_dir(&repo, "file").err()),
        ("a file with a slash", read_at(&repo, "file/").err()),
        ("rmdir of a file", repo.remove_directory_at("file").err()),
        ("unlink below a file", repo.unlink_file_at("file/below").err()),
        ("mkdir below a file", repo.create_directory_at("file/below").err()),
    ] {
        expect(what.to_owned(), error, ErrorCode::NotDirectory);
    }
    expect("write to a directory".to_owned(), write_at(&repo, "dir", NO_CREATE, b"x").err(), ErrorCode::IsDirectory);
    expect("unlink of a directory".to_owned(), repo.unlink_file_at("dir").err(), ErrorCode::IsDirectory);
    expect("mkdir over a directory".to_owned(), repo.create_directory_at("dir").err(), ErrorCode::Exist);
    // What is there and may not be changed is refused all the same.
    attack.must_fail("write what is there", write_at(&repo, "file", NO_CREATE, b"x"));
    attack.must_fail("unlink it", repo.unlink_file_at("file"));
    attack.must_fail("create beside it", write_at(&repo, "new", OpenFlags::CREATE, b"x"));
    attack.end()
}

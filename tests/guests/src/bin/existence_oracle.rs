//! Asks by every operation whether a denied file exists: the answer must be that for a missing one.
use std::process::ExitCode;

use toolward_guests::{
    Attack, Descriptor, DescriptorFlags, ErrorCode, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, open_dir,
    read_at, write_at,
};

/// An operation's name, and its error.
type Answer = (&'static str, Option<ErrorCode>);

fn probe(repo: &Descriptor, path: &str) -> Vec<Answer> {
    let follow = PathFlags::SYMLINK_FOLLOW;
    vec![
        ("read", read_at(repo, path).err()),
        ("open for nothing", repo.open_at(follow, path, NO_CREATE, DescriptorFlags::empty()).err()),
        ("open as a directory", open_dir(repo, path).err()),
        ("write", write_at(repo, path, NO_CREATE, b"x").err()),
        ("create", write_at(repo, path, OpenFlags::CREATE, b"x").err()),
        ("create anew", write_at(repo, path, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, b"x").err()),
        ("truncate", write_at(repo, path, OpenFlags::TRUNCATE, b"x").err()),
        ("stat", repo.stat_at(follow, path).err()),
        ("lstat", repo.stat_at(PathFlags::empty(), path).err()),
        ("hash", repo.metadata_hash_at(follow, path).err()),
        ("readlink", repo.readlink_at(path).err()),
        ("unlink", repo.unlink_file_at(path).err()),
        ("rmdir", repo.remove_directory_at(path).err()),
        ("mkdir", repo.create_directory_at(path).err()),
        ("symlink", repo.symlink_at("pub", path).err()),
        ("rename", repo.rename_at(path, repo, "pub/moved").err()),
        ("rename over", repo.rename_at("pub/open.txt", repo, path).err()),
        ("rename over with a slash", repo.rename_at("pub/open.txt", repo, &format!("{path}/")).err()),
        ("rename with a slash over", repo.rename_at("pub/open.txt/", repo, path).err()),
        ("rename a directory over", repo.rename_at("pub/deep", repo, &format!("{path}/")).err()),
        ("rename over a dot", repo.rename_at("pub/open.txt", repo, &format!("{path}/.")).err()),
        ("unlink with a slash", repo.unlink_file_at(&format!("{path}/")).err()),
        ("rmdir of a dot", repo.remove_directory_at(&format!("{path}/.")).err()),
        ("mkdir of a dot", repo.create_directory_at(&format!("{path}/.")).err()),
        ("link", repo.link_at(PathFlags::empty(), path, repo, "pub/linked").err()),
        ("link over", repo.link_at(PathFlags::empty(), "pub/open.txt", repo, path).err()),
        ("times", repo.set_times_at(follow, path, NewTimestamp::Now, NewTimestamp::Now).err()),
        ("below", read_at(repo, &format!("{path}/x")).err()),
    ]
}

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for (existing, missing) in [
        ("private/key", "private/none"),
        ("private/dir", "private/none"),
        ("private/link", "private/none"),
        ("private/dir/key", "private/none/key"),
    ] {
        for (here, absent) in probe(&repo, existing).into_iter().zip(probe(&repo, missing)) {
            println!("{existing} {}: {:?}, missing: {:?}", here.0, here.1, absent.1);
            attack.must_not_be(format!("{} tells {existing} from {missing}", here.0), here != absent);
            attack.must_not_be(format!("{} of {existing}", here.0), here.1.is_none());
        }
    }
    attack.end()
}

//! Asks, through symlinks that lead out of the mount, whether files of the host exist: both answers must be the same.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, PathFlags, mount, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let probe = |name: &str| {
        let path = format!("pub/{name}");
        [
            read_at(&repo, &path).err(),
            repo.stat_at(PathFlags::SYMLINK_FOLLOW, &path).err(),
            repo.metadata_hash_at(PathFlags::SYMLINK_FOLLOW, &path).err(),
            write_at(&repo, &path, OpenFlags::CREATE, b"x").err(),
            write_at(&repo, &path, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, b"x").err(),
            repo.open_at(
                PathFlags::SYMLINK_FOLLOW,
                &path,
                OpenFlags::DIRECTORY,
                toolward_guests::DescriptorFlags::READ,
            )
            .err(),
        ]
    };
    let (existing, missing) = (probe("to-existing"), probe("to-missing"));
    println!("existing {existing:?}\nmissing  {missing:?}");
    attack.must_not_be("a way to tell an existing file from a missing one", existing != missing);
    attack.must_not_be("a link that led somewhere", existing.iter().any(Option::is_none));
    attack.end()
}

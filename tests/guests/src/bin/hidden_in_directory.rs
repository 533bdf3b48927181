//! Asks a directory that lists as empty whether something hidden is in it.
use std::process::ExitCode;

use toolward_guests::{Attack, ErrorCode, OpenFlags, PathFlags, mount, must_work, names_in, open_dir, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let listed = |path: &str| must_work("list", open_dir(&repo, path).and_then(|dir| names_in(&dir)));
    println!("{:?} {:?}", listed("holds-file"), listed("holds-dirs"));
    let links = |path: &str| {
        let stat = must_work("stat", repo.stat_at(PathFlags::empty(), path));
        let opened = must_work("stat by handle", open_dir(&repo, path).and_then(|dir| dir.stat()));
        [(stat.link_count, stat.size), (opened.link_count, opened.size)]
    };
    let empty = links("empty");
    attack.must_not_be("a file shows in the numbers", links("holds-file") != empty);
    attack.must_not_be("directories show in the numbers", links("holds-dirs") != empty);
    let denied = repo.remove_directory_at("kept").err();
    println!("a directory that may not be removed: {denied:?}");
    for hiding in ["holds-file", "holds-dirs"] {
        let error = repo.remove_directory_at(hiding).err();
        println!("{hiding}: {error:?}");
        attack.must_not_be(format!("{hiding} fails in another way"), error != denied);
        let error = repo.rename_at("empty", &repo, hiding).err();
        attack.must_not_be(
            format!("{hiding} gives way to another"),
            error.is_none() || error == Some(ErrorCode::NotEmpty),
        );
    }
    must_work("a file that shows", write_at(&repo, "holds-file/seen", OpenFlags::CREATE, b"x"));
    let error = repo.remove_directory_at("holds-file").err();
    attack.must_not_be("what shows is no reason", error != Some(ErrorCode::NotEmpty));
    must_work("remove it", repo.unlink_file_at("holds-file/seen"));
    must_work("remove an empty one", repo.remove_directory_at("empty"));
    attack.must_fail("remove one that hides", repo.remove_directory_at("holds-file"));
    attack.end()
}

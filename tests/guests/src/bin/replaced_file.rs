//! Replaces files by new ones, and would take from them who may read, run or own them.
use std::process::ExitCode;

use toolward_guests::{Attack, ErrorCode, OpenFlags, mount, must_work, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    for name in ["private.txt", "group.txt", "script.sh"] {
        must_work("make a new file", write_at(&repo, "new", OpenFlags::CREATE, b"new"));
        must_work(format!("replace {name}"), repo.rename_at("new", &repo, name));
    }
    must_work("make a new file", write_at(&repo, "new", OpenFlags::CREATE, b"new"));
    for name in ["linked.txt", "setuid.txt", "labelled.txt"] {
        let error = repo.rename_at("new", &repo, name).err();
        println!("{name}: {error:?}");
        attack.must_not_be(format!("{name} is replaced otherwise"), error != Some(ErrorCode::CrossDevice));
        attack.must_fail(name, error.map_or(Ok(()), Err));
    }
    // The other name of this file lies outside of the mount: its mode is nobody's here to change.
    let error = repo.rename_at("outside-too.txt", &repo, "private.txt").err();
    attack.must_not_be("a linked file gets another mode", error != Some(ErrorCode::CrossDevice));
    must_work("write in place", write_at(&repo, "labelled.txt", OpenFlags::TRUNCATE, b"new"));
    must_work("give a free name", repo.rename_at("new", &repo, "free.txt"));
    attack.end()
}

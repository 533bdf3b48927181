//! Changes the user's code cache through a mount that it lies in.
use std::process::ExitCode;

use toolward_guests::{Attack, NO_CREATE, OpenFlags, mount, must_work, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let compiled = std::fs::read_dir("/repo/cache/toolward").map(|entries| {
        entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok()).collect::<Vec<_>>()
    });
    let names: Vec<String> =
        must_work("list the cache", compiled).iter().map(|name| format!("cache/toolward/{name}")).collect();
    assert!(names.iter().any(|name| name.ends_with(".cwasm")), "{names:?}");
    for name in &names {
        attack.must_fail(format!("write {name}"), write_at(&repo, name, NO_CREATE, b"x"));
        attack.must_fail(format!("unlink {name}"), repo.unlink_file_at(name));
        attack.must_fail(format!("rename {name}"), repo.rename_at(name, &repo, "pub/moved"));
        attack.must_fail(format!("rename over {name}"), repo.rename_at("pub/open.txt", &repo, name));
    }
    let name = "cache/toolward/new.cwasm";
    attack.must_fail(format!("create {name}"), write_at(&repo, name, OpenFlags::CREATE, b"x"));
    for folder in ["cache/toolward", "cache"] {
        attack.must_fail(format!("rename {folder}"), repo.rename_at(folder, &repo, "pub/moved"));
    }
    must_work("make a file of another program beside them", write_at(&repo, "cache/other", OpenFlags::CREATE, b"x"));
    attack.end()
}

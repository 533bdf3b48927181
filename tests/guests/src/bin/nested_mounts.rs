//! Goes from one mount into another within it, and looks for a second name of what lies in either.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, PathFlags, mount, must_work, names_in, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let (repo, data) = (mount("/repo"), mount("/repo/pub/data"));
    for (how, text) in [
        ("by the outer mount", read_at(&repo, "pub/data/file")),
        ("by a directory of it", open_dir(&repo, "pub").and_then(|dir| read_at(&dir, "data/file"))),
        ("by the place itself", open_dir(&repo, "pub/data").and_then(|dir| read_at(&dir, "file"))),
        ("in and out again", read_at(&repo, "pub/data/../data/file")),
        ("over a link", read_at(&repo, "pub/link/file")),
        ("by its own mount", read_at(&data, "file")),
        ("by std", std::fs::read_to_string("/repo/pub/data/file").map_err(|_| toolward_guests::ErrorCode::Io)),
    ] {
        attack.must_not_be(format!("something else {how}"), must_work(how, text) != "inner");
    }
    let names = must_work("list", open_dir(&repo, "pub/data").and_then(|dir| names_in(&dir)));
    attack.must_not_be("what is covered shows", names.iter().any(|name| name == "covered"));
    attack.must_fail("read what is covered", read_at(&repo, "pub/data/covered"));
    attack.must_fail("out of the inner mount", read_at(&data, "../open.txt"));
    attack.must_fail("what is denied, by the outer mount", read_at(&repo, "pub/data/denied"));
    attack.must_fail("what is denied, by the inner mount", read_at(&data, "denied"));
    attack.must_fail("write in the inner mount", write_at(&repo, "pub/data/file", OpenFlags::TRUNCATE, b"x"));
    attack.must_fail("create in the inner mount", write_at(&data, "new", OpenFlags::CREATE, b"x"));
    attack.must_fail("move the place away", repo.rename_at("pub/data", &repo, "pub/other"));
    attack.must_fail("move what it lies in", repo.rename_at("pub", &repo, "elsewhere"));
    attack.must_fail("remove the place", repo.remove_directory_at("pub/data"));
    attack.must_fail("move out of it", repo.rename_at("pub/data/file", &repo, "pub/file"));
    attack.must_fail("link out of it", repo.link_at(PathFlags::empty(), "pub/data/file", &repo, "pub/file"));
    must_work("write in the outer mount", write_at(&repo, "pub/open.txt", OpenFlags::TRUNCATE, b"x"));
    attack.end()
}

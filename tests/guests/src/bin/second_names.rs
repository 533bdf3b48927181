//! Names the files of the first mount by other paths than their own: from the root, and relative.
use std::fs;
use std::process::ExitCode;

use toolward_guests::{Attack, must_work};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    must_work("its own name", fs::read("/repo/pub/open.txt"));
    for path in [
        "/pub/open.txt",
        "//pub/open.txt",
        "/./pub/open.txt",
        "pub/open.txt",
        "./pub/open.txt",
        "/repo/../pub/open.txt",
        "/repo/../repo/pub/open.txt",
    ] {
        attack.must_fail(format!("read {path}"), fs::read(path));
        attack.must_fail(format!("metadata {path}"), fs::metadata(path));
    }
    for path in [".", "", "/"] {
        attack.must_fail(format!("list {path}"), fs::read_dir(path).map(Iterator::count));
    }
    attack.must_fail("create", fs::write("/pub/new.txt", "new"));
    attack.must_fail("rename", fs::rename("/repo/pub/open.txt", "/pub/moved.txt"));
    for (_, name) in wasip2::filesystem::preopens::get_directories() {
        attack.must_not_be(format!("a mount called {name}"), !name.starts_with('/'));
    }
    println!("directory {:?}", wasip2::cli::environment::initial_cwd());
    attack.end()
}

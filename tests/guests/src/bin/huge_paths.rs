//! Uses paths longer than the system's, at once and by going down step by step.
use std::process::ExitCode;

use toolward_guests::{Attack, OpenFlags, mount, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let name = "n".repeat(200);
    attack.must_fail("a name of 5,000 bytes", read_at(&repo, &"n".repeat(5_000)));
    attack.must_fail("a path of 5,000 bytes", read_at(&repo, &format!("{}x", "a/".repeat(2_500))));
    attack.must_fail("a path of a megabyte", read_at(&repo, &"../".repeat(350_000)));
    attack.must_fail("create a name of 5,000 bytes", write_at(&repo, &"n".repeat(5_000), OpenFlags::CREATE, b"x"));

    let mut here = repo;
    let mut depth = 0;
    let refused = loop {
        let below = here.create_directory_at(&name).and_then(|()| open_dir(&here, &name));
        match below {
            Ok(below) if depth < 40 => here = below,
            Ok(_) => break Ok(()),
            Err(error) => break Err(error),
        }
        depth += 1;
    };
    println!("went down {depth} directories of 200 bytes");
    attack.must_fail("a path of 8,000 bytes, step by step", refused);
    attack.end()
}

//! Writes under names that may be created and not written: by handles that were opened under another name.
use std::process::ExitCode;

use toolward_guests::{Attack, DescriptorFlags, OpenFlags, PathFlags, mount, must_work, read_at, write_at};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let open = |path: &str| {
        repo.open_at(PathFlags::empty(), path, OpenFlags::CREATE, DescriptorFlags::READ | DescriptorFlags::WRITE)
    };
    let handle = must_work("make a file that may be written", open("pub/draft"));
    must_work("write it", handle.write(b"first", 0));
    attack.must_fail("give it a name that may only be created", repo.rename_at("pub/draft", &repo, "sealed/a"));
    attack.must_fail("give it a second name", repo.link_at(PathFlags::empty(), "pub/draft", &repo, "sealed/b"));
    attack.must_fail("give it such a name by a link", repo.symlink_at("pub/draft", "to-draft.sealed"));
    must_work("write it again", handle.write(b"second", 0));
    attack.must_fail("what was written", read_at(&repo, "sealed/a"));
    attack.must_fail("what was written to the second", read_at(&repo, "sealed/b"));
    // As it is meant: the file is made there.
    must_work("make it there", write_at(&repo, "sealed/c", OpenFlags::CREATE, b"third"));
    attack.must_fail("open it for writing", write_at(&repo, "sealed/c", OpenFlags::empty(), b"fourth"));
    attack.must_fail("rename another over it", repo.rename_at("pub/draft", &repo, "sealed/c"));
    attack.end()
}

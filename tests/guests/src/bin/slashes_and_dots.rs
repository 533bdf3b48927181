//! Puts a slash or a dot behind names, so that a link's target would be taken for the link, and says which error each has.
use toolward_guests::{
    Descriptor, DescriptorFlags, ErrorCode, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, must_work,
};

fn main() {
    let repo = mount("/repo");
    let open = OpenFlags::empty();
    let directory = PathFlags::SYMLINK_FOLLOW;
    let dir = must_work("open pub", repo.open_at(directory, "pub", OpenFlags::DIRECTORY, DescriptorFlags::READ));
    for name in ["link/", "dirlink/", "dirlink/.", "file/", "file/.", "full/.", "full/deep/.."] {
        say("unlink", name, dir.unlink_file_at(name));
        say("rmdir", name, dir.remove_directory_at(name));
        say("rename", name, dir.rename_at(name, &dir, "moved"));
        say("readlink", name, dir.readlink_at(name).map(drop));
    }
    for name in ["dangling/", "link/", "dirlink/", "new/", "new/.", "full/."] {
        say("rename onto", name, dir.rename_at("file", &dir, name));
    }
    for name in ["dangling/", "new/.", "full/."] {
        say("mkdir", name, dir.create_directory_at(name));
    }
    for name in ["link/", "file/", "dirlink/"] {
        say("link", name, dir.link_at(PathFlags::empty(), name, &dir, "second"));
        say("stat", name, dir.stat_at(PathFlags::empty(), name).map(drop));
        say("times", name, dir.set_times_at(PathFlags::empty(), name, NewTimestamp::Now, NewTimestamp::Now));
    }
    for name in ["file/.", "link/.", "slashed", "dotted", "dirlink/.", "full/deep/."] {
        say("open", name, opened(&dir, name, NO_CREATE));
        say("look at", name, dir.stat_at(PathFlags::SYMLINK_FOLLOW, name).map(drop));
    }
    for name in ["dangling", "link", "file", "full"] {
        say("make", name, opened(&dir, name, OpenFlags::CREATE | OpenFlags::EXCLUSIVE));
    }
    for name in ["new/", "new/.", "dangling-slashed"] {
        say("create", name, opened(&dir, name, open | OpenFlags::CREATE));
    }
    say("mkdir", "made/", dir.create_directory_at("made/"));
    say("rmdir", "made/", dir.remove_directory_at("made/"));
}

fn opened(dir: &Descriptor, name: &str, flags: OpenFlags) -> Result<(), ErrorCode> {
    dir.open_at(PathFlags::SYMLINK_FOLLOW, name, flags, DescriptorFlags::READ).map(drop)
}

fn say(what: &str, name: &str, result: Result<(), ErrorCode>) {
    match result {
        Ok(()) => println!("{what} {name}: done"),
        Err(error) => println!("{what} {name}: {}", error.name()),
    }
}

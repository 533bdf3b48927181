//! Opens, links and looks up with arguments that no library gives, and says which error each has.
use toolward_guests::{DescriptorFlags, ErrorCode, NO_CREATE, NewTimestamp, OpenFlags, PathFlags, mount, must_work};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;

fn main() {
    let repo = mount("/repo");
    let open = |open, how| repo.open_at(PathFlags::empty(), "pub/open.txt", open, how).map(drop);
    let synchronous = [
        DescriptorFlags::FILE_INTEGRITY_SYNC,
        DescriptorFlags::DATA_INTEGRITY_SYNC,
        DescriptorFlags::REQUESTED_WRITE_SYNC,
    ];
    for flag in synchronous {
        say("open synchronously", open(NO_CREATE, DescriptorFlags::WRITE | flag));
    }
    for flag in [OpenFlags::CREATE, OpenFlags::EXCLUSIVE, OpenFlags::TRUNCATE] {
        say("open a directory to be made", open(OpenFlags::DIRECTORY | flag, DescriptorFlags::READ));
    }
    let reader = repo.open_at(PathFlags::empty(), "pub/open.txt", NO_CREATE, DescriptorFlags::READ);
    let reader = must_work("open", reader);
    say("resize by a reader", reader.set_size(1));
    say("set times by a reader", reader.set_times(NewTimestamp::Now, NewTimestamp::Now));
    say("symlink onto a file with a slash", repo.symlink_at("x", "pub/open.txt/"));
    say("symlink onto a directory with a slash", repo.symlink_at("x", "pub/deep/"));
    say("symlink onto nothing with a slash", repo.symlink_at("x", "pub/nothing/"));
    must_work("symlink", repo.symlink_at("open.txt", "pub/link"));
    say("link a symlink", repo.link_at(PathFlags::empty(), "pub/link", &repo, "pub/second"));
    say("link and follow", repo.link_at(PathFlags::SYMLINK_FOLLOW, "pub/link", &repo, "pub/second"));
    for name in ["", "a b", "[::1", "a\0b"] {
        match resolve_addresses(&instance_network(), name) {
            Ok(_) => println!("look up {name:?}: done"),
            Err(error) => println!("look up {name:?}: {}", error.name()),
        }
    }
    println!("{} random bytes", wasip2::random::random::get_random_bytes(3 << 20).len());
}

fn say(what: &str, result: Result<(), ErrorCode>) {
    match result {
        Ok(()) => println!("{what}: done"),
        Err(error) => println!("{what}: {}", error.name()),
    }
}

//! Opens one name in one way, or renames over it; what the agent reads of its refusal must not depend on what stands under the name.
use toolward_guests::{DescriptorFlags, OpenFlags, PathFlags, given, mount};

fn main() {
    let [way, name] = given();
    let repo = mount("/repo");
    match way.as_str() {
        "rename" => return println!("{:?}", repo.rename_at("visible", &repo, &name).err()),
        "rename-slash" => return println!("{:?}", repo.rename_at("visible", &repo, &format!("{name}/")).err()),
        "slash-rename" => return println!("{:?}", repo.rename_at("visible/", &repo, &name).err()),
        _ => {}
    }
    let (read, write) = (DescriptorFlags::READ, DescriptorFlags::WRITE);
    let (open, how) = match way.as_str() {
        "read" => (OpenFlags::empty(), read),
        "list" => (OpenFlags::DIRECTORY, read),
        "write" => (OpenFlags::empty(), write),
        "create" => (OpenFlags::CREATE, write),
        "create-read" => (OpenFlags::CREATE, read),
        "create-both" => (OpenFlags::CREATE, read | write),
        "create-truncate" => (OpenFlags::CREATE | OpenFlags::TRUNCATE, write),
        "create-new" => (OpenFlags::CREATE | OpenFlags::EXCLUSIVE, write),
        "create-new-both" => (OpenFlags::CREATE | OpenFlags::EXCLUSIVE, read | write),
        "create-nothing" => (OpenFlags::CREATE, DescriptorFlags::empty()),
        "nothing" => (OpenFlags::empty(), DescriptorFlags::empty()),
        _ => panic!("`{way}` is no way"),
    };
    println!("{:?}", repo.open_at(PathFlags::SYMLINK_FOLLOW, &name, open, how).err());
}

//! What a name keeps when a rename gives it another file: mode and owner. What cannot be kept is no rename's to lose: the
//! program gets the error of a rename between devices, and writes into the file that is there.
//!
//! A guest cannot set modes (WASI has none), so that every file that it makes has the same one. Whoever may replace a file
//! may also write into it, so that giving its mode to the new file opens nothing that was closed.
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, Stat, getxattr, listxattr};
use rustix::io::Errno;

use super::walk::Place;
use super::whereabouts::by_descriptor;

/// What the new file is given of the one that it replaces.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    /// The new file.
    pub(super) object: BorrowedFd<'a>,
    /// Where it differs.
    pub(super) mode: Option<Mode>,
    /// User and group, where they differ.
    pub(super) owner: Option<(u32, u32)>,
}

/// Where one regular file would replace another: both.
fn both<'a>(source: &'a Place, target: &'a Place) -> Option<[(&'a OwnedFd, &'a Stat); 2]> {
    let (Place::Object { object: new, stat: new_stat, .. }, Place::Object { object: old, stat: old_stat, .. }) =
        (source, target)
    else {
        return None;
    };
    let are_files = [source, target].iter().all(|place| place.kind() == Some(FileType::RegularFile));
    let are_two = (new_stat.st_dev, new_stat.st_ino) != (old_stat.st_dev, old_stat.st_ino);
    (are_files && are_two).then_some([(new, new_stat), (old, old_stat)])
}

/// What is kept.
pub(super) fn kept<'a>(source: &'a Place, target: &'a Place) -> Option<Kept<'a>> {
    let [(object, new), (_, old)] = both(source, target)?;
    let [new_mode, mode] = [new, old].map(|stat| Mode::from_raw_mode(stat.st_mode & 0o777));
    let owner = (old.st_uid, old.st_gid);
    Some(Kept {
        object: object.as_fd(),
        mode: (new_mode != mode).then_some(mode),
        owner: ((new.st_uid, new.st_gid) != owner).then_some(owner),
    })
}

/// What would be lost, in words; the owner is tried.
pub(super) fn lost(source: &Place, target: &Place) -> Option<&'static str> {
    let [(new, new_stat), (old, stat)] = both(source, target)?;
    let gets_another = (new_stat.st_mode & 0o777, new_stat.st_uid, new_stat.st_gid)
        != (stat.st_mode & 0o777, stat.st_uid, stat.st_gid);
    if new_stat.st_nlink > 1 && gets_another {
        return Some("the new file has other hard links, which would get another mode or owner too");
    }
    if stat.st_nlink > 1 {
        return Some("the file that is there has several hard links, and would have one less");
    }
    if stat.st_mode & 0o7000 != 0 {
        return Some("the file that is there is set-user-ID, set-group-ID or sticky, and another would not be");
    }
    match (attributes(new), attributes(old)) {
        (Ok(new), Ok(old)) if new == old => None,
        _ => Some("the file that is there has other attributes (an access list, a label), which would be lost"),
    }
}

/// The extended attributes of a file, by name. Access lists are among them.
fn attributes(file: &OwnedFd) -> Result<Vec<(String, Vec<u8>)>, Errno> {
    /// What one attribute, and the list of their names, can hold (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX` in linux/limits.h).
    const MOST: usize = 65_536;
    let path = by_descriptor(file.as_fd());
    let mut names = Vec::with_capacity(256);
    match listxattr(&path, rustix::buffer::spare_capacity(&mut names)) {
        Ok(_) => {}
        Err(Errno::OPNOTSUPP) => return Ok(Vec::new()),
        Err(Errno::RANGE) => {
            names.reserve(MOST);
            listxattr(&path, rustix::buffer::spare_capacity(&mut names))?;
        }
        Err(errno) => return Err(errno),
    }
    let mut attributes = Vec::new();
    for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let mut value = Vec::with_capacity(MOST);
        getxattr(&path, name, rustix::buffer::spare_capacity(&mut value))?;
        attributes.push((String::from_utf8_lossy(name).into_owned(), value));
    }
    attributes.sort();
    Ok(attributes)
}

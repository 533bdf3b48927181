//! The effects. Nothing else in this crate opens for use, makes, changes or removes anything, and every function here
//! consumes the permit that it acts under.
#![expect(clippy::disallowed_methods, reason = "this is the one place for them")]
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{
    AtFlags, CWD, FlockOperation, Gid, Mode, OFlags, RenameFlags, Stat, Timestamps, Uid, chmod, chownat, flock, fstat,
    ftruncate, linkat, mkdirat, open, openat, renameat_with, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

use super::replace::Kept;
use super::whereabouts::by_descriptor;
use crate::mediate::{Permit, Receipt};

/// What came of an effect, and the record that it still owes.
pub(super) type Effected<T> = (Result<T, Errno>, Receipt);

/// Opens for use the very object that was found and decided on, and cuts it last.
pub(super) fn reopen(permit: Permit, object: BorrowedFd<'_>, flags: OFlags, truncate: bool) -> Effected<OwnedFd> {
    permit.spend(|| {
        let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = open(by_descriptor(object), flags, Mode::empty())?;
        if truncate {
            ftruncate(&file, 0)?;
        }
        Ok(file)
    })
}

/// Makes a file that did not exist.
pub(super) fn create(permit: Permit, parent: BorrowedFd<'_>, name: &str, flags: OFlags) -> Effected<OwnedFd> {
    permit.spend(|| {
        let flags = flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
        openat(parent, name, flags, Mode::from_raw_mode(0o666))
    })
}

/// Makes a directory that did not exist.
pub(super) fn create_directory(permit: Permit, parent: BorrowedFd<'_>, name: &str) -> Effected<()> {
    permit.spend(|| mkdirat(parent, name, Mode::from_raw_mode(0o777)))
}

/// Makes a symbolic link.
pub(super) fn symlink(permit: Permit, target: &str, parent: BorrowedFd<'_>, name: &str) -> Effected<()> {
    permit.spend(|| symlinkat(target, parent, name))
}

/// Gives the object that was found one more name.
pub(super) fn link(permit: Permit, object: BorrowedFd<'_>, parent: BorrowedFd<'_>, name: &str) -> Effected<()> {
    permit.spend(|| linkat(CWD, by_descriptor(object), parent, name, AtFlags::SYMLINK_FOLLOW))
}

/// Removes a name.
pub(super) fn remove(permit: Permit, parent: BorrowedFd<'_>, name: &str, flags: AtFlags) -> Effected<()> {
    permit.spend(|| unlinkat(parent, name, flags))
}

/// A name in a directory, and the device and inode of what was decided on there; `None` where there was nothing.
pub(super) type Named<'a> = (BorrowedFd<'a>, &'a str, Option<(u64, u64)>);

/// Gives another name, if both names still stand for what was decided on.
///
/// Every rename of ours takes the locks of both directories, so that none can put another directory under a name in
/// between: rules were compared for what lies below this one.
///
/// A file that replaces another is first given what it keeps of it. Where the owner or the mode cannot be given, nothing is
/// renamed, and the error is that of a rename between devices; what was given until then stays with the file that was to be
/// renamed.
pub(super) fn rename(permit: Permit, from: Named<'_>, to: Named<'_>, kept: Option<Kept<'_>>) -> Effected<()> {
    permit.spend(|| {
        let (source, target) = (names(from.0)?, names(to.0)?);
        flock(&source, FlockOperation::NonBlockingLockExclusive)?;
        if identity(&fstat(&source)?) != identity(&fstat(&target)?) {
            flock(&target, FlockOperation::NonBlockingLockExclusive)?;
        }
        for (dir, name, found) in [from, to] {
            if let Some(found) = found
                && identity(&statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?) != found
            {
                return Err(Errno::AGAIN);
            }
        }
        if let Some(Kept { object, mode, owner }) = kept {
            let file = by_descriptor(object);
            let owned = owner.map_or(Ok(()), |(user, group)| {
                chownat(CWD, &file, Some(Uid::from_raw(user)), Some(Gid::from_raw(group)), AtFlags::empty())
            });
            owned.and_then(|()| mode.map_or(Ok(()), |mode| chmod(&file, mode))).map_err(|_| Errno::XDEV)?;
        }
        let flags = if to.2.is_some() { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
        renameat_with(from.0, from.1, to.0, to.1, flags)
    })
}

/// Device and inode.
pub(super) fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// Sets the times of the very object that was found.
pub(super) fn set_times(permit: Permit, object: BorrowedFd<'_>, times: &Timestamps) -> Effected<()> {
    permit.spend(|| utimensat(CWD, by_descriptor(object), times, AtFlags::empty()))
}

/// Sets the times of a file that is open for writing, under the permit of that.
pub(super) fn set_times_of_open(file: BorrowedFd<'_>, times: &Timestamps) -> Result<(), Errno> {
    utimensat(CWD, by_descriptor(file), times, AtFlags::empty())
}

/// Sets the times of a symbolic link itself.
pub(super) fn set_link_times(permit: Permit, parent: BorrowedFd<'_>, name: &str, times: &Timestamps) -> Effected<()> {
    permit.spend(|| utimensat(parent, name, times, AtFlags::SYMLINK_NOFOLLOW))
}

/// Spends a permit on something that turned out not to be there to be done, or that needs no call of its own.
pub(super) fn nothing<T>(permit: Permit, result: Result<T, Errno>) -> Effected<T> {
    permit.spend(|| result)
}

/// Opens a directory's stream of names.
pub(super) fn names(dir: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    openat(dir.as_fd(), ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

//! The short way to an object: one `openat2` without symbolic links, after which the path asked for is the true one.
use std::os::fd::OwnedFd;

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat, fstat, openat2};
use toolward_manifests::GuestPath;

use super::{Base, Mounts};

/// Beneath the directory, over no symbolic or magic link, and into no other mount of the host.
pub(super) const NO_DETOUR: ResolveFlags = ResolveFlags::BENEATH
    .union(ResolveFlags::NO_SYMLINKS)
    .union(ResolveFlags::NO_MAGICLINKS)
    .union(ResolveFlags::NO_XDEV);

/// An object that was found by the short way.
#[derive(Debug)]
pub(super) struct Glance {
    pub(super) path: GuestPath,
    pub(super) fd: OwnedFd,
    pub(super) stat: Stat,
}

/// Tries the short way; `None` where the long way has to tell what is there.
///
/// `flags` are of `O_PATH`: opening for use a FIFO or a device would have effects before anything is decided.
pub(super) fn glance(mounts: &Mounts, base: &Base, path: &str, flags: OFlags) -> Option<Glance> {
    let full = plain(base, path)?;
    // What another mount covers is not what lies there.
    if mounts.covering(&full).is_none_or(|(covering, _)| covering != base.mount) {
        return None;
    }
    match openat2(&*base.fd, path, flags | OFlags::CLOEXEC, Mode::empty(), NO_DETOUR) {
        Ok(fd) => {
            let stat = fstat(&fd).ok()?;
            Some(Glance { path: full, fd, stat })
        }
        Err(_) => None,
    }
}

impl Glance {
    pub(super) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.stat.st_mode)
    }
}

/// The path that a text means where it has no `.`, `..`, empty segment or leading slash, nor a trailing one.
///
/// A directory on the way may fold case; for ASCII that hides no name from an `ask` or `deny`, which are matched under
/// folding too. What the kernel folds beyond that (it drops characters that do not show) is met on the long way.
fn plain(base: &Base, path: &str) -> Option<GuestPath> {
    if !path.is_ascii() {
        return None;
    }
    path.split('/').try_fold(base.path.clone(), |full, name| full.join(name).ok())
}

//! Where an open directory stands now, as a guest path: read anew at each use, since it may have been moved.
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use rustix::fs::{CWD, fstat, readlinkat};
use toolward_manifests::GuestPath;

use super::mount::Mount;
use crate::door::Fault;

/// The guest path of a directory in a mount.
///
/// Refused where it cannot be read back: it was deleted, lies outside the mount by now, is not UTF-8, or is too long.
pub(super) fn guest_path(mount: &Mount, dir: BorrowedFd<'_>) -> Result<GuestPath, Fault> {
    let root = mount.root();
    if root.as_raw_fd() == dir.as_raw_fd() {
        return Ok(mount.guest().clone());
    }
    if fstat(dir)?.st_nlink == 0 {
        return Err(Fault::Refused);
    }
    let (root, here) = (host_path(root.as_fd())?, host_path(dir)?);
    let rest = here.strip_prefix(&root).ok_or(Fault::Refused)?;
    if rest.is_empty() {
        return Ok(mount.guest().clone());
    }
    let rest = match rest.strip_prefix('/') {
        Some(rest) => rest,
        // `/repo-other` is not below `/repo`; only the host's own root ends in a slash.
        None if root.ends_with('/') => rest,
        None => return Err(Fault::Refused),
    };
    rest.split('/').try_fold(mount.guest().clone(), |path, name| path.join(name)).map_err(|_| Fault::Refused)
}

/// What `/proc` says an open object is called (proc(5), `/proc/[pid]/fd`).
fn host_path(fd: BorrowedFd<'_>) -> Result<String, Fault> {
    let link = readlinkat(CWD, by_descriptor(fd), Vec::with_capacity(256))?;
    link.into_string().map_err(|_| Fault::Refused)
}

/// A path that names the object of a descriptor and no other.
pub(super) fn by_descriptor(fd: BorrowedFd<'_>) -> String {
    format!("/proc/self/fd/{}", fd.as_raw_fd())
}

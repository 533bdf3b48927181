//! Mounts: host directories at guest paths, opened once and never looked up by name again.
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, io};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rustix::fs::{FileType, IFlags, Mode, OFlags, fstat, fstatfs, ioctl_getflags, openat};
use rustix::io::Errno;
use toolward_manifests::GuestPath;

use super::case::{self, Case};
use super::walk::parent;
use crate::shortage::Shortage;

/// Whether a mount may be changed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountMode {
    /// Rules decide.
    ReadWrite,
    /// Nothing in it is ever changed, whatever rules say.
    ReadOnly,
}

/// One host directory at one guest path.
#[derive(Debug)]
pub struct Mount {
    guest: GuestPath,
    host: PathBuf,
    root: Arc<OwnedFd>,
    mode: MountMode,
    identity: (u64, u64),
}

/// All mounts of one task. One lies within another only where the guest sees it under the path that it has there.
#[derive(Debug, Default)]
pub struct Mounts(Vec<Mount>);

/// Why a directory cannot be mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountError {
    /// It cannot be opened.
    Open(PathBuf, String),
    /// The same, for want of what this machine is short of.
    Short(PathBuf, Shortage),
    /// It is no directory.
    NotADirectory(PathBuf),
    /// Two spellings are one name there, so that a rule would not mean what it says.
    CaseFolding(PathBuf),
    /// Nothing shows that two spellings are two names there.
    CaseUnknown(PathBuf),
    /// An object would have two names for the guest, or none that is sure.
    Overlap(String, String),
    /// There is no directory onto which a mount within another could be put: its guest path, and the outer directory.
    NoMountPoint(String, PathBuf),
    /// Toolward's own state lies in it, or it lies in that.
    Home(PathBuf),
}

impl Mount {
    /// Opens a host directory, by cap-std, once and for all.
    ///
    /// # Errors
    /// [`MountError`] where it cannot be opened, is no directory, or folds case.
    pub fn open(guest: GuestPath, host: &Path, mode: MountMode) -> Result<Self, MountError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotADirectory => MountError::NotADirectory(host.to_owned()),
            _ => MountError::open(host, &error),
        };
        let dir = Dir::open_ambient_dir(host, ambient_authority()).map_err(failed)?;
        Self::of_descriptor(guest, host, OwnedFd::from(dir.into_std_file()), mode)
    }

    /// A directory that somebody has opened, who could name it `host`.
    ///
    /// # Errors
    /// As [`Mount::open`].
    pub fn of_descriptor(guest: GuestPath, host: &Path, root: OwnedFd, mode: MountMode) -> Result<Self, MountError> {
        let failed = |errno: Errno| MountError::open(host, &errno.into());
        let stat = fstat(&root).map_err(failed)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            return Err(MountError::NotADirectory(host.to_owned()));
        }
        if folds_case(root.as_fd()).map_err(failed)? {
            return Err(MountError::CaseFolding(host.to_owned()));
        }
        match case::of(root.as_fd(), host).map_err(failed)? {
            Case::Told => {}
            Case::Folded => return Err(MountError::CaseFolding(host.to_owned())),
            Case::Unknown => return Err(MountError::CaseUnknown(host.to_owned())),
        }
        Ok(Self { guest, host: host.to_owned(), root: Arc::new(root), mode, identity: (stat.st_dev, stat.st_ino) })
    }

    /// Where the guest sees it.
    #[must_use]
    pub fn guest(&self) -> &GuestPath {
        &self.guest
    }

    /// Whether it may be changed.
    #[must_use]
    pub fn mode(&self) -> MountMode {
        self.mode
    }

    /// Device and inode of the directory.
    #[must_use]
    pub fn identity(&self) -> (u64, u64) {
        self.identity
    }

    /// Whether it is, or lies in, this directory of the host: by inode, whatever the names are.
    ///
    /// # Errors
    /// [`MountError::Open`] where that directory, or one above the mount, cannot be looked at.
    pub fn lies_beneath(&self, dir: &Path) -> Result<bool, MountError> {
        let failed = |error: io::Error| MountError::open(dir, &error);
        let opened = Dir::open_ambient_dir(dir, ambient_authority()).map_err(failed)?;
        let stat = fstat(&opened).map_err(|errno| failed(errno.into()))?;
        Ok(self.ancestry()?.contains(&(stat.st_dev, stat.st_ino)))
    }

    fn ancestry(&self) -> Result<Vec<(u64, u64)>, MountError> {
        ancestry(&self.root).map_err(|error| MountError::open(&self.host, &error))
    }

    /// Device and inode of the directory that has this guest path in the mount, on the host; `None` where there is none.
    fn identity_at(&self, path: &GuestPath) -> Option<(u64, u64)> {
        let mut here = openat(&self.root, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
        for name in path.segments().skip(self.guest.segments().count()) {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            here = openat(&here, name, flags, Mode::empty()).ok()?;
        }
        let stat = fstat(&here).ok()?;
        Some((stat.st_dev, stat.st_ino))
    }

    /// The directory's name on the host, as it was given.
    #[must_use]
    pub fn host(&self) -> &Path {
        &self.host
    }

    pub(super) fn root(&self) -> Arc<OwnedFd> {
        Arc::clone(&self.root)
    }
}

impl Mounts {
    /// Puts mounts together. None may contain, or lie in, one of Toolward's `own` directories. A mount within another covers a
    /// directory of that; on the host it lies outside of it, or is the very directory that it covers.
    ///
    /// # Errors
    /// [`MountError::Overlap`], [`MountError::NoMountPoint`], [`MountError::Home`], or [`MountError::Open`] where a
    /// directory cannot be looked at.
    pub fn new(mounts: Vec<Mount>, own: &[PathBuf]) -> Result<Self, MountError> {
        let lines = mounts.iter().map(Mount::ancestry).collect::<Result<Vec<_>, _>>()?;
        for (i, (a, line_a)) in mounts.iter().zip(&lines).enumerate() {
            for (b, line_b) in mounts.iter().zip(&lines).skip(i + 1) {
                let on_host = line_a.contains(&b.identity) || line_b.contains(&a.identity);
                let fits = match (within(&b.guest, &a.guest), within(&a.guest, &b.guest)) {
                    (true, true) => false,
                    (true, false) => !on_host || a.identity_at(&b.guest) == Some(b.identity),
                    (false, true) => !on_host || b.identity_at(&a.guest) == Some(a.identity),
                    (false, false) => !on_host,
                };
                if !fits {
                    return Err(MountError::Overlap(a.guest.to_string(), b.guest.to_string()));
                }
            }
        }
        for home in own {
            let failed = |error: io::Error| MountError::open(home, &error);
            let dir = Dir::open_ambient_dir(home, ambient_authority()).map_err(failed)?;
            let home_line = ancestry(&OwnedFd::from(dir.into_std_file())).map_err(failed)?;
            for (mount, line) in mounts.iter().zip(&lines) {
                if home_line.contains(&mount.identity) || home_line.first().is_some_and(|id| line.contains(id)) {
                    return Err(MountError::Home(mount.host.clone()));
                }
            }
        }
        let mounts = Self(mounts);
        for inner in &mounts.0 {
            let outer = parent(&inner.guest).and_then(|above| mounts.covering(&above));
            if let Some((_, outer)) = outer
                && outer.identity_at(&inner.guest).is_none()
            {
                return Err(MountError::NoMountPoint(inner.guest.to_string(), outer.host.clone()));
            }
        }
        Ok(mounts)
    }

    /// The mount that a guest path lies in: the innermost one.
    pub(super) fn covering(&self, path: &GuestPath) -> Option<(usize, &Mount)> {
        let covering = self.0.iter().enumerate().filter(|(_, mount)| within(path, &mount.guest));
        covering.max_by_key(|(_, mount)| mount.guest.as_str().len())
    }

    /// The mount that begins at a guest path.
    pub(super) fn at(&self, path: &GuestPath) -> Option<&Mount> {
        self.0.iter().find(|mount| mount.guest == *path)
    }

    /// Whether a mount begins at a guest path or below it.
    pub(super) fn any_in(&self, path: &GuestPath) -> bool {
        self.0.iter().any(|mount| within(&mount.guest, path))
    }

    /// All of them, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Mount> {
        self.0.iter()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Mount> {
        self.0.get(index)
    }
}

/// Whether a path is another one or lies below it.
fn within(inner: &GuestPath, outer: &GuestPath) -> bool {
    let mut segments = inner.segments();
    outer.segments().all(|s| segments.next() == Some(s))
}

/// Device and inode of a directory and of every directory above it.
pub(super) fn ancestry(dir: &OwnedFd) -> io::Result<Vec<(u64, u64)>> {
    let mut line = Vec::new();
    let mut here = openat(dir, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    loop {
        let stat = fstat(&here)?;
        let id = (stat.st_dev, stat.st_ino);
        // The root is its own parent.
        if line.last() == Some(&id) {
            return Ok(line);
        }
        line.push(id);
        here = openat(&here, "..", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    }
}

/// `FS_CASEFOLD_FL` (linux/fs.h), and the file systems that fold case always (linux/magic.h).
///
/// # Errors
/// Where the host is short of what it takes to see that.
pub(super) fn folds_case(dir: BorrowedFd<'_>) -> Result<bool, Errno> {
    const CASEFOLD: u32 = 0x4000_0000;
    const MSDOS: i64 = 0x4d44;
    const EXFAT: i64 = 0x2011_bab0;
    const NTFS: i64 = 0x5346_544e;
    const CIFS: i64 = 0xff53_4d42;
    const SMB2: i64 = 0xfe53_4d42;
    const NTFS3: i64 = 0x7366_746e;
    if fstatfs(dir).is_ok_and(|fs| matches!(fs.f_type, MSDOS | EXFAT | NTFS | NTFS3 | CIFS | SMB2)) {
        return Ok(true);
    }
    // An `O_PATH` descriptor takes no ioctl. A directory that cannot be opened for it cannot be listed either.
    let opened = openat(dir, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
    match opened.and_then(|opened| ioctl_getflags(&opened)) {
        Ok(flags) => Ok(flags.contains(IFlags::from_bits_retain(CASEFOLD))),
        Err(errno) if Shortage::of_the_host(errno).is_some() => Err(errno),
        Err(_) => Ok(false),
    }
}

impl MountError {
    fn open(path: &Path, error: &io::Error) -> Self {
        match Shortage::of_io(error) {
            Some(shortage) => Self::Short(path.to_owned(), shortage),
            None => Self::Open(path.to_owned(), error.to_string()),
        }
    }
}

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(path, error) => write!(f, "cannot mount `{}`: {error}", path.display()),
            Self::Short(path, shortage) => write!(f, "cannot mount `{}`: {shortage}", path.display()),
            Self::NotADirectory(path) => write!(f, "cannot mount `{}`: it is no directory", path.display()),
            Self::CaseFolding(path) => {
                write!(f, "cannot mount `{}`: it folds case, so that a rule would not mean one name", path.display())
            }
            Self::CaseUnknown(path) => write!(
                f,
                "cannot mount `{}`: nothing shows that its file system tells `a` from `A`, as rules do (a file there with a \
                 letter in its name would)",
                path.display()
            ),
            Self::Overlap(a, b) => write!(f, "the mounts `{a}` and `{b}` overlap"),
            Self::NoMountPoint(guest, outer) => {
                write!(f, "cannot mount at `{guest}`: there is no such directory in `{}`", outer.display())
            }
            Self::Home(path) => {
                write!(f, "cannot mount `{}`: Toolward's own state lies in it, or it lies in that", path.display())
            }
        }
    }
}

impl std::error::Error for MountError {}

//! What Toolward itself has loaded: never written through a mount, and nothing is added or removed beside it.
use std::collections::HashSet;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, fstat, openat};

use super::mount::ancestry;

/// Policy, manifests and components by device and inode, with the directories they were loaded from.
#[derive(Debug, Default)]
pub struct Protected {
    files: HashSet<(u64, u64)>,
    dirs: HashSet<(u64, u64)>,
    /// Those directories and all above them: moving one away would let another take its name.
    ancestors: HashSet<(u64, u64)>,
}

impl Protected {
    /// Protects one loaded file, its directory, and the names above it.
    ///
    /// # Errors
    /// The operating system's, where the file or its directory cannot be looked at.
    pub fn add(&mut self, file: &Path) -> std::io::Result<()> {
        let file = file.canonicalize()?;
        let object = openat(CWD, &file, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
        let stat = fstat(&object)?;
        self.files.insert((stat.st_dev, stat.st_ino));
        if let Some(parent) = file.parent() {
            self.add_dir(parent)?;
        }
        Ok(())
    }

    /// Protects a directory that files are loaded from.
    ///
    /// # Errors
    /// The operating system's, where it cannot be looked at.
    pub fn add_dir(&mut self, dir: &Path) -> std::io::Result<()> {
        let dir = dir.canonicalize()?;
        let fd: OwnedFd = openat(CWD, &dir, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let line = ancestry(&dir, &fd).map_err(|e| std::io::Error::other(e.to_string()))?;
        if let Some(first) = line.first() {
            self.dirs.insert(*first);
        }
        self.ancestors.extend(line);
        Ok(())
    }

    /// Whether this is a file that Toolward has loaded.
    pub(super) fn file(&self, identity: (u64, u64)) -> bool {
        self.files.contains(&identity)
    }

    /// Whether names in this directory stay as they are.
    pub(super) fn names_in(&self, directory: (u64, u64)) -> bool {
        self.dirs.contains(&directory)
    }

    /// Whether this directory leads to a file that Toolward has loaded.
    pub(super) fn leads_to_loaded(&self, directory: (u64, u64)) -> bool {
        self.ancestors.contains(&directory)
    }
}

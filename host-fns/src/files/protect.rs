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
    /// Directories whose files are all loaded, by one call or another.
    whole: HashSet<(u64, u64)>,
    /// Those directories and all above them: moving one away would let another take its name.
    ancestors: HashSet<(u64, u64)>,
}

impl Protected {
    /// Protects one loaded file, the names in its directory and those above it, and every symbolic link on the way.
    ///
    /// # Errors
    /// The operating system's, where the file or its directory cannot be looked at.
    pub fn add(&mut self, file: &Path) -> std::io::Result<()> {
        self.add_links(file)?;
        let file = file.canonicalize()?;
        let object = openat(CWD, &file, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
        let stat = fstat(&object)?;
        self.files.insert((stat.st_dev, stat.st_ino));
        if let Some(parent) = file.parent() {
            self.add_names(parent)?;
        }
        Ok(())
    }

    /// Protects a directory with every file in it: what is not loaded by this call may be by the next.
    ///
    /// # Errors
    /// The operating system's, where it cannot be looked at.
    pub fn add_dir(&mut self, dir: &Path) -> std::io::Result<()> {
        self.add_links(dir)?;
        let identity = self.add_names(&dir.canonicalize()?)?;
        self.whole.extend(identity);
        Ok(())
    }

    /// Protects one file, and every symbolic link on the way to it: it is not written, and neither its name nor that of a
    /// directory above it is given to another. Other names may be made beside it.
    ///
    /// # Errors
    /// The operating system's, where it cannot be looked at.
    pub fn add_file(&mut self, file: &Path) -> std::io::Result<()> {
        let (mut todo, mut seen) = (vec![std::path::absolute(file)?], HashSet::new());
        while let Some(path) = todo.pop() {
            for step in path.ancestors() {
                if seen.insert(step.to_owned()) && step.symlink_metadata()?.is_symlink() {
                    let parent = step.parent().unwrap_or(Path::new("/"));
                    self.add_one(step, parent)?;
                    todo.push(parent.join(std::fs::read_link(step)?));
                }
            }
        }
        let file = file.canonicalize()?;
        self.add_one(&file, file.parent().unwrap_or(Path::new("/")))
    }

    /// Protects what has this name itself, and the directories above it from being moved.
    fn add_one(&mut self, file: &Path, parent: &Path) -> std::io::Result<()> {
        let object = openat(CWD, file, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        let stat = fstat(&object)?;
        self.files.insert((stat.st_dev, stat.st_ino));
        let parent = openat(CWD, parent, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        self.ancestors.extend(ancestry(&parent)?);
        Ok(())
    }

    /// Protects the names in a directory and those above it.
    fn add_names(&mut self, dir: &Path) -> std::io::Result<Option<(u64, u64)>> {
        let fd: OwnedFd = openat(CWD, dir, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let line = ancestry(&fd)?;
        let identity = line.first().copied();
        self.dirs.extend(identity);
        self.ancestors.extend(line);
        Ok(identity)
    }

    /// Whoever may replace a symbolic link on the way decides what is loaded.
    fn add_links(&mut self, path: &Path) -> std::io::Result<()> {
        let (mut todo, mut seen) = (vec![std::path::absolute(path)?], HashSet::new());
        while let Some(path) = todo.pop() {
            for step in path.ancestors() {
                if seen.insert(step.to_owned()) && step.symlink_metadata()?.is_symlink() {
                    let parent = step.parent().unwrap_or(Path::new("/"));
                    self.add_names(parent)?;
                    todo.push(parent.join(std::fs::read_link(step)?));
                }
            }
        }
        Ok(())
    }

    /// Whether this is a file that Toolward has loaded.
    pub(super) fn file(&self, identity: (u64, u64)) -> bool {
        self.files.contains(&identity)
    }

    /// Whether every file in this directory is one that Toolward loads.
    pub(super) fn whole(&self, directory: (u64, u64)) -> bool {
        self.whole.contains(&directory)
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

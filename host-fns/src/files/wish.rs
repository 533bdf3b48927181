//! What a request asks for, with the walls of structure before it.
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, fstat};
use toolward_manifests::{Access, FileOp, GuestPath, Verdict};

use super::mount::ancestry;
use super::walk::{Found, Place, walk};
use super::{Base, Cx, MountMode};
use crate::door::{At, Fault};
use crate::mediate::{Obstacle, Wish};

impl Cx<'_> {
    /// Finds what a request means, and the mount that it lies in; nothing is decided or done yet.
    pub(super) fn find(&self, at: &At, follow: bool) -> Result<(Base, Found), Fault> {
        let base = self.base(at.dir)?;
        let found = walk(&self.files.mounts, &base, &at.path, follow, |path| self.shows(path))?;
        // Where a link leads is told by what comes of it, even by a refusal.
        found.links.iter().try_for_each(|link| self.mediator.reads_file(link))?;
        let (mount, _) = self.files.mounts.covering(&found.path).ok_or(Fault::Broken)?;
        Ok((Base { mount, ..base }, found))
    }

    /// Whether any operation at all is allowed at this path: only then may it be known what stands there.
    pub(super) fn shows(&self, path: &GuestPath) -> bool {
        let mount = self.files.mounts.covering(path);
        let read_only = mount.is_none_or(|(_, mount)| mount.mode() == MountMode::ReadOnly);
        let looks = |op: &&FileOp| matches!(op, FileOp::Read | FileOp::List);
        FileOp::ALL.iter().filter(|op| !read_only || looks(op)).any(|op| {
            let access = Access::Files { op: *op, path: path.clone() };
            matches!(self.mediator.decide(&access), Verdict::Allow(_))
        })
    }

    /// One file operation on a path of this base's mount.
    pub(super) fn wish(
        &self,
        base: &Base,
        op: FileOp,
        path: &GuestPath,
        wall: Option<Obstacle>,
    ) -> Result<Wish, Fault> {
        let changes = !matches!(op, FileOp::Read | FileOp::List);
        let read_only = changes && self.files.mount(base.mount)?.mode() == MountMode::ReadOnly;
        let obstacle = if read_only { Some(Obstacle::mount("the mount is read-only")) } else { wall };
        Ok(Wish { access: Access::Files { op, path: path.clone() }, obstacle, told: None })
    }

    /// What is asked for where nothing can come of it, because of what stands there: only that the name may be listed, where it
    /// may. Then the operating system's error says no more than a listing does, and is no refusal.
    pub(super) fn in_vain(
        &self,
        base: &Base,
        path: &GuestPath,
        place: &Place,
        wishes: Vec<Wish>,
    ) -> Result<Vec<Wish>, Fault> {
        if wall_before_opening(place).is_none() && self.allows(FileOp::List, path) {
            return Ok(vec![self.wish(base, FileOp::List, path, None)?]);
        }
        Ok(wishes)
    }

    /// Whether a mount begins at this path.
    pub(super) fn is_mount(&self, path: &GuestPath) -> bool {
        self.files.mounts.at(path).is_some()
    }

    /// What stands in the way of touching the content or times of what was found.
    pub(super) fn wall_before_writing(&self, place: &Place) -> Option<Obstacle> {
        let several = |stat: &rustix::fs::Stat| is_regular(stat) && stat.st_nlink > 1;
        match place {
            Place::Object { stat, .. } if several(stat) => {
                Some(Obstacle::builtin("it has several hard links, so other names would change with it"))
            }
            place => self.wall_if_loaded(place).or_else(|| wall_before_opening(place)),
        }
    }

    /// What stands in the way of changing, moving or replacing a file that Toolward runs by.
    pub(super) fn wall_if_loaded(&self, place: &Place) -> Option<Obstacle> {
        match place {
            Place::Object { parent, stat, .. }
                if self.files.protected.file((stat.st_dev, stat.st_ino)) || self.is_wholly_ours(parent.as_fd()) =>
            {
                Some(Obstacle::builtin("it is a file that Toolward loads"))
            }
            // A directory that was named by `.`, or through its own handle.
            Place::Start(dir) if self.lies_in_ours(dir) => Some(Obstacle::builtin("Toolward loads files from there")),
            _ => None,
        }
    }

    /// Whether a directory is, or lies in, one whose files are all loaded. One that cannot be looked at does.
    fn lies_in_ours(&self, dir: &OwnedFd) -> bool {
        ancestry(dir).map_or(true, |line| line.into_iter().any(|directory| self.files.protected.whole(directory)))
    }

    /// What stands in the way of adding, replacing or removing a name.
    pub(super) fn wall_before_naming(&self, found: &Found) -> Option<Obstacle> {
        let place = &found.place;
        let parent = match place {
            Place::Object { parent, .. } | Place::Free { parent, .. } => parent,
            Place::Start(_) if self.is_mount(&found.path) => return Some(Obstacle::mount("a mount begins there")),
            other => return wall_before_all(other),
        };
        if self.has_loaded_from(parent.as_fd()) {
            return Some(Obstacle::builtin("Toolward loads files from this directory"));
        }
        match place {
            Place::Object { stat, .. } if self.files.protected.leads_to_loaded((stat.st_dev, stat.st_ino)) => {
                Some(Obstacle::builtin("it leads to files that Toolward has loaded"))
            }
            Place::Object { stat, .. } if self.files.protected.file((stat.st_dev, stat.st_ino)) => {
                Some(Obstacle::builtin("it is a file that Toolward loads"))
            }
            _ => None,
        }
    }

    /// Whether every file in a directory is loaded, now or by a later call. One that cannot be looked at is.
    fn is_wholly_ours(&self, dir: BorrowedFd<'_>) -> bool {
        fstat(dir).map_or(true, |stat| self.files.protected.whole((stat.st_dev, stat.st_ino)))
    }

    fn has_loaded_from(&self, dir: BorrowedFd<'_>) -> bool {
        // A directory that cannot be looked at is treated as one of ours.
        fstat(dir).map_or(true, |stat| self.files.protected.names_in((stat.st_dev, stat.st_ino)))
    }
}

/// What stands in the way of opening what was found.
pub(super) fn wall_before_opening(place: &Place) -> Option<Obstacle> {
    match place.kind() {
        Some(FileType::RegularFile | FileType::Directory | FileType::Symlink) => None,
        Some(_) => Some(Obstacle::builtin("it is neither a regular file nor a directory")),
        None => wall_before_all(place),
    }
}

/// What stands in the way of everything.
pub(super) fn wall_before_all(place: &Place) -> Option<Obstacle> {
    match place {
        Place::Outside => Some(Obstacle::mount("it leads out of the directory that the path starts from")),
        Place::Submount => Some(Obstacle::mount("another file system is mounted there")),
        Place::Folding => {
            Some(Obstacle::builtin("a directory on the way folds case, so that a rule would not mean one name"))
        }
        Place::Start(_) | Place::Object { .. } | Place::Free { .. } | Place::Nowhere(_) => None,
    }
}

fn is_regular(stat: &rustix::fs::Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
}

//! `remove-directory-at` and `unlink-file-at`.
use std::os::fd::AsFd;

use rustix::fs::{AtFlags, FileType};
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::{Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::Weight;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Directory,
    File,
}

impl Cx<'_> {
    pub(super) async fn remove(&self, at: At, what: What) -> Result<Reply, Fault> {
        let (base, found) = self.find(&at, false)?;
        let wall = self.wall_before_naming(&found);
        let hides = || self.wall_if_hiding(&found.place, &found.path);
        let wall = wall.or_else(|| if what == What::Directory { hides() } else { None });
        let wishes = vec![self.wish(&base, FileOp::Delete, &found.path, wall)?];
        let is_dir = found.place.kind() == Some(FileType::Directory);
        let error = match (&found.place, what) {
            (Place::Nowhere(errno), _) => Some(*errno),
            (Place::Object { .. }, _) if found.is_no_directory() => Some(Errno::NOTDIR),
            // `.` and `..`: rmdir(2).
            (Place::Start(_), What::Directory) => Some(Errno::INVAL),
            (Place::Start(_), What::File) => Some(Errno::ISDIR),
            (Place::Object { .. }, What::Directory) if !is_dir => Some(Errno::NOTDIR),
            (Place::Object { .. }, What::File) if is_dir => Some(Errno::ISDIR),
            (Place::Object { .. }, _) => None,
            _ => Some(Errno::NOENT),
        };
        let effected = match (error, &found.place) {
            (None, Place::Object { parent, name, .. }) => {
                let flags = if what == What::Directory { AtFlags::REMOVEDIR } else { AtFlags::empty() };
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::remove(permit, parent.as_fd(), name, flags)
            }
            (error, place) => {
                // A mount is there, and is not removed: that is a refusal.
                let is_mount = matches!(place, Place::Start(_)) && self.is_mount(&found.path);
                let wishes = if is_mount { wishes } else { self.in_vain(&base, &found.path, place, wishes)? };
                let permit = self.mediator.mediate(wishes, Weight::Look).await?;
                effect::nothing(permit, Err(error.unwrap_or(Errno::NOENT)))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }
}

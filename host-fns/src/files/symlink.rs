//! `symlink-at`: a new link is relative and has no `..`, so that it cannot lead above where it stands.
use std::os::fd::AsFd;

use rustix::fs::FileType;
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::{Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight};

impl Cx<'_> {
    pub(super) async fn symlink(&self, target: String, at: At) -> Result<Reply, Fault> {
        let (base, found) = self.find(&at, false)?;
        let wall = if leads_upward(&target) {
            Some(Obstacle::builtin("a new symbolic link is relative and has no `..`"))
        } else {
            self.wall_before_naming(&found.place)
        };
        let wishes = vec![self.wish(&base, FileOp::Create, &found.path, wall)?];
        let is_dir = found.place.kind() == Some(FileType::Directory);
        let effected = match &found.place {
            Place::Free { parent, name } if !found.must_be_dir => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::symlink(permit, &target, parent.as_fd(), name)
            }
            place => {
                let error = match place {
                    Place::Nowhere(errno) => *errno,
                    Place::Free { .. } => Errno::NOENT,
                    Place::Object { .. } if found.must_be_dir && !is_dir => Errno::NOTDIR,
                    _ => Errno::EXIST,
                };
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }
}

fn leads_upward(target: &str) -> bool {
    target.is_empty() || target.contains('\0') || target.starts_with('/') || target.split('/').any(|name| name == "..")
}

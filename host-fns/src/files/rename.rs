//! `rename-at`: read and delete of the source, create of the target, and write and delete there where it exists.
//!
//! What a rule says of the object must not become weaker by its new name; for a directory every rule must leave the
//! same rest below both names, since everything in it moves along.
use std::os::fd::AsFd;

use rustix::fs::FileType;
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::{Found, Place};
use super::{Base, Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight, Wish};

impl Cx<'_> {
    pub(super) async fn rename(&self, from: At, to: At) -> Result<Reply, Fault> {
        let (base, source) = self.find(&from, false)?;
        let (to_base, target) = self.find(&to, false)?;
        let wishes = self.rename_wishes((&base, &source), (&to_base, &target))?;
        let is_dir = source.place.kind() == Some(FileType::Directory);
        let effected = match (&source.place, named(&target.place)) {
            (Place::Object { parent, name, stat, .. }, Some(to)) => {
                // Before it is decided, since a tainted task may be refused it; a move that is refused anyway takes nothing along.
                if is_dir && self.mediator.may_be_permitted(&wishes) {
                    self.mediator.moves_directory(&source.path, &target.path)?;
                }
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::rename(permit, (parent.as_fd(), name, Some(effect::identity(stat))), to)
            }
            _ => {
                let error = match (&source.place, &target.place) {
                    (Place::Nowhere(errno), _) | (Place::Object { .. }, Place::Nowhere(errno)) => *errno,
                    _ => Errno::NOENT,
                };
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }

    fn rename_wishes(&self, from: (&Base, &Found), to: (&Base, &Found)) -> Result<Vec<Wish>, Fault> {
        let ((base, source), (to_base, target)) = (from, to);
        let scope = self.mediator.scope();
        let is_dir = source.place.kind() == Some(FileType::Directory);
        let moved = if base.mount != to_base.mount {
            Some(cross_device("the names lie in different mounts"))
        } else if scope.weaker_at(&source.path, &target.path) {
            Some(cross_device("rules would be weaker under the new name"))
        } else if is_dir && !scope.same_below(&source.path, &target.path) {
            Some(cross_device("rules differ below the two names"))
        } else {
            None
        };
        let source_wall = self.wall_before_naming(&source.place).or_else(|| self.wall_if_loaded(&source.place));
        let target_wall = moved.or_else(|| self.wall_before_naming(&target.place));
        let mut wishes = vec![
            self.wish(base, FileOp::Read, &source.path, source_wall.clone())?,
            self.wish(base, FileOp::Delete, &source.path, source_wall)?,
            self.wish(to_base, FileOp::Create, &target.path, target_wall.clone())?,
        ];
        if matches!(target.place, Place::Object { .. }) {
            let wall = target_wall.or_else(|| self.wall_if_loaded(&target.place));
            wishes.push(self.wish(to_base, FileOp::Write, &target.path, wall.clone())?);
            wishes.push(self.wish(to_base, FileOp::Delete, &target.path, wall)?);
        }
        Ok(wishes)
    }
}

/// The one refusal with an error of its own: a program that meets it copies file by file, each decided anew.
pub(super) fn cross_device(note: &'static str) -> Obstacle {
    Obstacle { fault: Fault::CrossDevice, ..Obstacle::builtin(note) }
}

/// The name that a rename would take.
fn named(place: &Place) -> Option<effect::Named<'_>> {
    match place {
        Place::Object { parent, name, stat, .. } => Some((parent.as_fd(), name, Some(effect::identity(stat)))),
        Place::Free { parent, name } => Some((parent.as_fd(), name, None)),
        _ => None,
    }
}

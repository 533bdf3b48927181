//! `rename-at`: read and delete of the source, create of the target, and write and delete there where it exists.
//!
//! What a rule says of the object must not become weaker by its new name. Moving a directory moves everything in it, so
//! that reading, deleting and creating must be allowed on *every* path below the two names, and every rule must leave the
//! same rest below both. That is decided by the rules alone and never by what the directory holds: otherwise a refusal
//! would tell that something hidden is in it, and another call could put something there meanwhile.
use std::os::fd::AsFd;

use rustix::fs::FileType;
use rustix::io::Errno;
use toolward_manifests::{Access, FileOp, GuestPath, Verdict};

use super::symlink::text_of;
use super::walk::{Found, Place};
use super::{Base, Cx, effect, replace};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight, Wish};

impl Cx<'_> {
    pub(super) async fn rename(&self, from: At, to: At) -> Result<Reply, Fault> {
        let (base, source) = self.find(&from, false)?;
        let (to_base, target) = self.find(&to, false)?;
        let (of_source, of_target) = self.rename_wishes((&base, &source), (&to_base, &target))?;
        let is_dir = source.place.kind() == Some(FileType::Directory);
        // A name with a slash behind it is a directory's, the new one too.
        let no_directory = source.is_no_directory() || target.is_no_directory() || !is_dir && target.must_be_dir;
        let effected = match (&source.place, named(&target.place)) {
            (Place::Object { parent, name, stat, .. }, Some(to)) if !no_directory => {
                let wishes = [of_source, of_target].concat();
                let kept = replace::kept(&source.place, &target.place);
                // Before it is decided, since a tainted task may be refused it; a move that is refused anyway takes nothing along.
                if is_dir && self.mediator.may_be_permitted(&wishes) {
                    self.mediator.moves_directory(&source.path, &target.path)?;
                }
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::rename(permit, (parent.as_fd(), name, Some(effect::identity(stat))), to, kept)
            }
            _ => {
                let error = match (&source.place, &target.place) {
                    (Place::Nowhere(errno), _) | (Place::Object { .. }, Place::Nowhere(errno)) => *errno,
                    // `.` and `..`: rename(2).
                    (Place::Start(_), _) | (Place::Object { .. }, Place::Start(_)) => Errno::BUSY,
                    (Place::Object { .. }, _) if no_directory => Errno::NOTDIR,
                    _ => Errno::NOENT,
                };
                let wishes = self.two_in_vain((&base, &source), (&to_base, &target), of_source, of_target)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }

    /// As [`Cx::in_vain`] for two names. Where the source is there, what is asked of it is decided all the same: otherwise the
    /// target's error would tell that it is.
    pub(super) fn two_in_vain(
        &self,
        (base, source): (&Base, &Found),
        (to_base, target): (&Base, &Found),
        of_source: Vec<Wish>,
        of_target: Vec<Wish>,
    ) -> Result<Vec<Wish>, Fault> {
        // What a name that is there asks for besides would tell that it is.
        let is_create = |wish: &Wish| matches!(wish.access, Access::Files { op: FileOp::Create, .. });
        let of_target: Vec<Wish> = of_target.into_iter().filter(is_create).collect();
        match (&source.place, &target.place) {
            // A mount is there, and gets no other name: that is a refusal.
            (Place::Start(_), _) if self.is_mount(&source.path) => Ok([of_source, of_target].concat()),
            (Place::Object { .. }, Place::Start(_)) if self.is_mount(&target.path) => {
                Ok([of_source, of_target].concat())
            }
            (Place::Object { .. }, place) => {
                let of_target = self.in_vain(to_base, &target.path, place, of_target)?;
                Ok([of_source, of_target].concat())
            }
            (place, _) => self.in_vain(base, &source.path, place, [of_source, of_target].concat()),
        }
    }

    /// What a rename asks for: of the source, and of the target.
    fn rename_wishes(&self, from: (&Base, &Found), to: (&Base, &Found)) -> Result<(Vec<Wish>, Vec<Wish>), Fault> {
        let ((base, source), (to_base, target)) = (from, to);
        let moved = if base.mount != to_base.mount {
            Some(cross_device("the names lie in different mounts"))
        } else {
            self.wall_before_moving(base, source, &target.path)
        };
        let source_wall = self.wall_before_naming(source).or_else(|| self.wall_if_loaded(&source.place));
        let target_wall = moved
            .or_else(|| self.wall_before_naming(target))
            .or_else(|| self.wall_if_hiding(&target.place, &target.path));
        let of_source = vec![
            self.wish(base, FileOp::Read, &source.path, source_wall.clone())?,
            self.wish(base, FileOp::Delete, &source.path, source_wall)?,
        ];
        let mut of_target = vec![self.wish(to_base, FileOp::Create, &target.path, target_wall.clone())?];
        if matches!(target.place, Place::Object { .. }) {
            let lost = || replace::lost(&source.place, &target.place).map(cross_device);
            let wall = target_wall.or_else(|| self.wall_if_loaded(&target.place)).or_else(lost);
            of_target.push(self.wish(to_base, FileOp::Write, &target.path, wall.clone())?);
            of_target.push(self.wish(to_base, FileOp::Delete, &target.path, wall)?);
        }
        Ok((of_source, of_target))
    }

    /// What the rules put in the way of giving what was found another name in the same mount.
    fn wall_before_moving(&self, base: &Base, source: &Found, to: &GuestPath) -> Option<Obstacle> {
        let (scope, from) = (self.mediator.scope(), &source.path);
        let throughout = || {
            let leaves = [FileOp::Read, FileOp::Delete].into_iter().all(|op| scope.allows_below(op, from));
            leaves && scope.allows_below(FileOp::Create, to)
        };
        match source.place.kind() {
            _ if self.files.mounts.any_in(from) || self.files.mounts.any_in(to) => {
                Some(Obstacle::mount("a mount begins there, or below"))
            }
            _ if scope.weaker_at(from, to) => Some(cross_device("rules would be weaker under the new name")),
            Some(FileType::Directory) if !scope.same_below(from, to) => {
                Some(cross_device("rules differ below the two names"))
            }
            Some(FileType::Directory) if !throughout() => {
                Some(cross_device("rules do not let everything be moved that can be below the two names"))
            }
            Some(FileType::Symlink) => {
                let text = match &source.place {
                    Place::Object { object, .. } => text_of(object.as_fd()).ok(),
                    _ => None,
                };
                // A text that cannot be read is taken for one that leads anywhere.
                self.wall_before_linking(base, text.as_deref().unwrap_or("/"), to)
            }
            Some(FileType::RegularFile) => self.wall_before_adopting(to),
            _ => None,
        }
    }

    /// Whoever has the file open for writing goes on writing it under its new name.
    pub(super) fn wall_before_adopting(&self, to: &GuestPath) -> Option<Obstacle> {
        let unwritable = !self.allows(FileOp::Write, to);
        unwritable.then(|| cross_device("rules do not let the file be written under the new name"))
    }

    /// Whether every layer allows an operation, without a human.
    pub(super) fn allows(&self, op: FileOp, path: &GuestPath) -> bool {
        matches!(self.mediator.decide(&Access::Files { op, path: path.clone() }), Verdict::Allow(_))
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

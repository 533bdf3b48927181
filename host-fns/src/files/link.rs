//! `link-at`: read and write of the source and create of the new name, which must not be ruled more weakly.
use std::os::fd::AsFd;

use rustix::fs::FileType;
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::wish::wall_before_opening;
use super::{Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight};

impl Cx<'_> {
    pub(super) async fn link(&self, from: At, to: At) -> Result<Reply, Fault> {
        let (base, source) = self.find(&from, from.follow)?;
        let (to_base, target) = self.find(&to, false)?;
        let wall = if self.mediator.scope().weaker_at(&source.path, &target.path) {
            Some(super::rename::cross_device("rules would be weaker under the new name"))
        } else if base.mount != to_base.mount {
            Some(super::rename::cross_device("the names lie in different mounts"))
        } else {
            self.wall_before_adopting(&target.path).or_else(|| self.wall_before_naming(&target))
        };
        let source_wall = match source.place.kind() {
            // A further name writes no content, so that several hard links are no wall here.
            Some(FileType::RegularFile) | None => {
                self.wall_if_loaded(&source.place).or_else(|| wall_before_opening(&source.place))
            }
            Some(_) => Some(Obstacle::builtin("only a regular file gets a second name")),
        };
        let of_source = vec![
            self.wish(&base, FileOp::Read, &source.path, source_wall.clone())?,
            self.wish(&base, FileOp::Write, &source.path, source_wall)?,
        ];
        let of_target = vec![self.wish(&to_base, FileOp::Create, &target.path, wall)?];
        let effected = match (&source.place, &target.place) {
            (Place::Object { object, .. }, Place::Free { parent, name })
                if !target.must_be_dir && !source.is_no_directory() =>
            {
                let permit = self.mediator.mediate([of_source, of_target].concat(), Weight::Effect).await?;
                effect::link(permit, object.as_fd(), parent.as_fd(), name)
            }
            (from, to) => {
                let error = match (from, to) {
                    (Place::Nowhere(errno), _) | (Place::Object { .. }, Place::Nowhere(errno)) => *errno,
                    (Place::Object { .. }, _) if source.is_no_directory() => Errno::NOTDIR,
                    (Place::Object { .. }, Place::Object { .. } | Place::Start(_)) => Errno::EXIST,
                    _ => Errno::NOENT,
                };
                let wishes = self.two_in_vain((&base, &source), (&to_base, &target), of_source, of_target)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }
}

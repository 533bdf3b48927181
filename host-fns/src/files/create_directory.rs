//! `create-directory-at`.
use std::os::fd::AsFd;

use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::{Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::Weight;

impl Cx<'_> {
    pub(super) async fn create_directory(&self, at: At) -> Result<Reply, Fault> {
        let (base, found) = self.find(&at, false)?;
        let wall = match &found.place {
            Place::Start(_) => None,
            _ => self.wall_before_naming(&found),
        };
        let wishes = vec![self.wish(&base, FileOp::Create, &found.path, wall)?];
        let effected = match &found.place {
            Place::Free { parent, name } => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::create_directory(permit, parent.as_fd(), name)
            }
            place => {
                let error = if let Place::Nowhere(errno) = place { *errno } else { Errno::EXIST };
                let wishes = self.in_vain(&base, &found.path, place, wishes)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }
}

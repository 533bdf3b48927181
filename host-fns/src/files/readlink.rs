//! `readlink-at`.
use std::os::fd::AsFd;

use rustix::fs::{FileType, readlinkat};
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::wish::wall_before_all;
use super::{Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight};

impl Cx<'_> {
    pub(super) async fn readlink(&self, at: At) -> Result<Reply, Fault> {
        let (base, found) = self.find(&at, false)?;
        let text = match &found.place {
            Place::Object { .. } if found.is_no_directory() => Err(Errno::NOTDIR),
            Place::Object { object, .. } if found.place.kind() == Some(FileType::Symlink) => {
                let text = readlinkat(object.as_fd(), "", Vec::with_capacity(128));
                text.and_then(|text| text.into_string().map_err(|_| Errno::ILSEQ))
            }
            Place::Object { .. } | Place::Start(_) => Err(Errno::INVAL),
            Place::Nowhere(errno) => Err(*errno),
            _ => Err(Errno::NOENT),
        };
        let absolute = text.as_ref().is_ok_and(|text| text.starts_with('/'));
        let wall = if absolute {
            Some(Obstacle::builtin("the link names a path of the host"))
        } else {
            wall_before_all(&found.place)
        };
        let wishes = vec![self.wish(&base, FileOp::List, &found.path, wall)?];
        let permit = self.mediator.mediate(wishes, Weight::Look).await?;
        self.mediator.reads_file(&found.path)?;
        self.settle(effect::nothing(permit, text)).map(Reply::Text)
    }
}

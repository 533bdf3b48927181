//! `stat-at`, `metadata-hash-at`, and both for an open directory.
use std::os::fd::AsFd;

use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;
use toolward_manifests::{Access, FileOp, GuestPath};

use super::walk::Place;
use super::wish::wall_before_all;
use super::{Base, Cx, effect, glance};
use crate::door::{At, DirId, Fault, FileKind, Reply, Stat};
use crate::mediate::{Obstacle, Weight, Wish};

impl Cx<'_> {
    pub(super) async fn stat_at(&self, at: At) -> Result<Reply, Fault> {
        let base = self.base(at.dir)?;
        let last = if at.follow { OFlags::PATH } else { OFlags::PATH | OFlags::NOFOLLOW };
        if let Some(seen) = glance::glance(&self.files.mounts, &base, &at.path, last) {
            return self.answer(&base, &seen.path, Ok(seen.stat), None).await;
        }
        let (base, found) = self.find(&at, at.follow)?;
        let result = match &found.place {
            Place::Object { .. } if found.is_no_directory() => Err(Errno::NOTDIR),
            Place::Object { stat, .. } => Ok(*stat),
            Place::Start(dir) => fstat(dir),
            Place::Nowhere(errno) => Err(*errno),
            Place::Free { .. } | Place::Submount | Place::Folding | Place::Outside => Err(Errno::NOENT),
        };
        self.answer(&base, &found.path, result, wall_before_all(&found.place)).await
    }

    /// Of a name that was listed just now its identity is known; the question is decided and recorded all the same.
    pub(super) async fn identity_at(&self, at: At) -> Result<Reply, Fault> {
        if let Some((dir, identity)) = self.files.listed.take(&at)
            && let Ok(path) = dir.join(&at.path)
        {
            let wishes = vec![Wish { access: Access::Files { op: FileOp::List, path }, obstacle: None, told: None }];
            let permit = self.mediator.mediate(wishes, Weight::Look).await?;
            self.settle(effect::nothing(permit, Ok(())))?;
            return Ok(Reply::Identity(identity));
        }
        match self.stat_at(at).await? {
            Reply::Stat(stat) => Ok(Reply::Identity(stat.identity)),
            other => Ok(other),
        }
    }

    /// Under the permit of the directory's open.
    pub(super) async fn stat_dir(&self, dir: DirId) -> Result<Reply, Fault> {
        let base = self.opened(dir).await?;
        Ok(Reply::Stat(convert(&fstat(base.fd.as_fd())?)))
    }

    /// An open directory. A mount was given and not opened, so looking at it is decided here.
    pub(super) async fn opened(&self, dir: DirId) -> Result<Base, Fault> {
        let base = self.base(dir)?;
        if self.files.table().is_mount(dir) {
            let wishes = vec![self.wish(&base, FileOp::List, &base.path, None)?];
            let permit = self.mediator.mediate(wishes, Weight::Look).await?;
            self.settle(effect::nothing(permit, Ok(())))?;
        }
        Ok(base)
    }

    async fn answer(
        &self,
        base: &Base,
        path: &GuestPath,
        result: Result<rustix::fs::Stat, Errno>,
        wall: Option<Obstacle>,
    ) -> Result<Reply, Fault> {
        let wishes = vec![self.wish(base, FileOp::List, path, wall)?];
        let permit = self.mediator.mediate(wishes, Weight::Look).await?;
        let stat = self.settle(effect::nothing(permit, result))?;
        Ok(Reply::Stat(convert(&stat)))
    }
}

/// Metadata of an open file, under the permit of its open.
pub(crate) fn stat_of(file: impl AsFd) -> Result<Stat, Errno> {
    fstat(file).map(|stat| convert(&stat))
}

fn is_dir(stat: &rustix::fs::Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
}

/// What kind of file a mode says.
pub(super) fn kind(file_type: FileType) -> FileKind {
    match file_type {
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::SymLink,
        _ => FileKind::Other,
    }
}

fn convert(stat: &rustix::fs::Stat) -> Stat {
    let time = |seconds: i64, nanoseconds: u64| (seconds, u32::try_from(nanoseconds).unwrap_or(0));
    // The links of a directory count its subdirectories, and its size grows with its names: hidden ones too.
    let (links, size) = if is_dir(stat) { (1, 0) } else { (stat.st_nlink, u64::try_from(stat.st_size).unwrap_or(0)) };
    Stat {
        kind: kind(FileType::from_raw_mode(stat.st_mode)),
        links,
        size,
        accessed: time(stat.st_atime, stat.st_atime_nsec),
        modified: time(stat.st_mtime, stat.st_mtime_nsec),
        changed: time(stat.st_ctime, stat.st_ctime_nsec),
        identity: (stat.st_dev, stat.st_ino),
    }
}

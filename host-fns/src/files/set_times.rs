//! `set-times-at`, and `set-times` of an open directory: writing under an existing name.
use std::os::fd::AsFd;

use rustix::fs::{FileType, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::io::Errno;
use toolward_manifests::FileOp;

use super::walk::Place;
use super::{Cx, effect};
use crate::door::{At, DirId, Fault, FileId, NewTime, NewTimes, Reply};
use crate::mediate::Weight;

/// Nanoseconds of a second.
const NANOSECONDS: u32 = 1_000_000_000;

impl Cx<'_> {
    pub(super) async fn set_times_at(&self, at: At, times: NewTimes) -> Result<Reply, Fault> {
        let times = timestamps(times)?;
        let (base, found) = self.find(&at, at.follow)?;
        let wishes = vec![self.wish(&base, FileOp::Write, &found.path, self.wall_before_writing(&found.place))?];
        let effected = match &found.place {
            place @ Place::Object { .. } if found.is_no_directory() => {
                let wishes = self.in_vain(&base, &found.path, place, wishes)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(Errno::NOTDIR))
            }
            Place::Object { parent, name, .. } if found.place.kind() == Some(FileType::Symlink) => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::set_link_times(permit, parent.as_fd(), name, &times)
            }
            Place::Object { object, .. } => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::set_times(permit, object.as_fd(), &times)
            }
            Place::Start(dir) => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::set_times(permit, dir.as_fd(), &times)
            }
            place => {
                let error = if let Place::Nowhere(errno) = place { *errno } else { Errno::NOENT };
                let wishes = self.in_vain(&base, &found.path, place, wishes)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }

    /// Under the permit that the file was opened by for writing. It is done here and not where the guest runs: whoever may set the
    /// times of one descriptor may set those of any.
    pub(super) fn set_times_file(&self, file: FileId, times: NewTimes) -> Result<Reply, Fault> {
        let written = self.files.table().written(file)?;
        effect::set_times_of_open(written.as_fd(), &timestamps(times)?)?;
        Ok(Reply::Done)
    }

    /// A directory's open allowed `list` alone, so this is decided by itself.
    pub(super) async fn set_times_dir(&self, dir: DirId, times: NewTimes) -> Result<Reply, Fault> {
        self.set_times_at(At { dir, path: ".".to_owned(), follow: false }, times).await
    }
}

fn timestamps(times: NewTimes) -> Result<Timestamps, Fault> {
    Ok(Timestamps { last_access: timespec(times.accessed)?, last_modification: timespec(times.modified)? })
}

fn timespec(time: NewTime) -> Result<Timespec, Fault> {
    Ok(match time {
        NewTime::Keep => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        NewTime::Now => Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
        NewTime::At { seconds, nanoseconds } => {
            // Nanoseconds beyond a second count as seconds, as in stock wasmtime.
            let seconds =
                seconds.checked_add(u64::from(nanoseconds / NANOSECONDS)).and_then(|all| i64::try_from(all).ok());
            let tv_sec = seconds.ok_or_else(|| Fault::from(Errno::OVERFLOW))?;
            Timespec { tv_sec, tv_nsec: (nanoseconds % NANOSECONDS).into() }
        }
    })
}

//! `read-directory`: the names whose `list` is allowed, and the flush of a directory.
use std::os::fd::AsFd;

use rustix::fs::{AtFlags, Dir, FileType, StatxAttributes, StatxFlags, fsync, makedev, statat, statx};
use rustix::io::Errno;
use toolward_manifests::{Access, FileOp, GuestPath, Verdict};

use super::walk::Place;
use super::{Cx, effect, stat};
use crate::door::{DirId, Entry, Fault, FileKind, Identity, Reply};
use crate::mediate::Obstacle;

/// Which object a name stands for, whose `list` is allowed. `None` where another file system of the host begins, of which the
/// guest learns nothing, and which is not asked: it may be one that does not answer.
fn identity(dir: impl AsFd, name: &str) -> Option<Identity> {
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT | AtFlags::STATX_DONT_SYNC;
    let stat = statx(dir, name, flags, StatxFlags::INO).ok()?;
    let (known, is) = (stat.stx_attributes_mask, stat.stx_attributes);
    if !known.contains(StatxAttributes::MOUNT_ROOT) || is.contains(StatxAttributes::MOUNT_ROOT) {
        return None;
    }
    Some((makedev(stat.stx_dev_major, stat.stx_dev_minor), stat.stx_ino))
}

impl Cx<'_> {
    /// What stands in the way of removing or replacing a directory that lists as empty and is not. Its own error would tell
    /// that it holds something hidden; so it is a refusal, as where a rule denies it.
    pub(super) fn wall_if_hiding(&self, place: &Place, path: &GuestPath) -> Option<Obstacle> {
        let Place::Object { object, .. } = place else { return None };
        if place.kind() != Some(FileType::Directory) {
            return None;
        }
        // Where it cannot be looked at, what it holds is not told either.
        let unknown = || Some(Obstacle::builtin("what it holds cannot be looked at"));
        let Ok(entries) = effect::names(object.as_fd()).and_then(Dir::new) else { return unknown() };
        let mut holds_hidden = false;
        for (count, entry) in entries.enumerate() {
            let Ok(entry) = entry else { return unknown() };
            if count == MAX_ENTRIES {
                return unknown();
            }
            let shown = match entry.file_name().to_str() {
                Ok("." | "..") => continue,
                Ok(name) => path.join(name).is_ok_and(|path| self.allows(FileOp::List, &path)),
                Err(_) => false,
            };
            if shown {
                return None;
            }
            holds_hidden = true;
        }
        holds_hidden.then(|| Obstacle::builtin("it holds what may not be listed"))
    }
}

/// The most names that one reading of a directory answers: it is held in memory.
const MAX_ENTRIES: usize = 250_000;

impl Cx<'_> {
    /// Under the permit of the directory's open. A refused name is left out, since one refusal would end a guest's
    /// whole listing; so is one that is not UTF-8.
    pub(super) async fn entries(&self, dir: DirId) -> Result<Reply, Fault> {
        let base = self.opened(dir).await?;
        // It may have been moved since it was opened.
        self.mediator.reads_file(&base.path)?;
        let names = effect::names(base.fd.as_fd())?;
        let (mut entries, mut is_untrusted) = (Vec::new(), false);
        for entry in Dir::read_from(&names)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().to_str() else { continue };
            let Ok(path) = base.path.join(name) else { continue };
            let access = Access::Files { op: FileOp::List, path: path.clone() };
            if !matches!(self.mediator.decide(&access), Verdict::Allow(_)) {
                continue;
            }
            // One untrusted name taints as much as many.
            if !is_untrusted {
                is_untrusted = self.mediator.reads_untrusted(&access)?;
            }
            if entries.len() == MAX_ENTRIES {
                return Err(Errno::OVERFLOW.into());
            }
            if let Some(mount) = self.files.mounts.at(&path) {
                let identity = Some(mount.identity());
                entries.push(Entry { name: name.to_owned(), kind: FileKind::Directory, identity });
                continue;
            }
            let file_type = match entry.file_type() {
                FileType::Unknown => match statat(&names, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(_) => continue,
                },
                known => known,
            };
            let identity = identity(&names, name);
            entries.push(Entry { name: name.to_owned(), kind: stat::kind(file_type), identity });
        }
        self.files.listed.keep(dir, base.path, &entries);
        Ok(Reply::Entries(entries))
    }

    /// Under the permit of the directory's open.
    pub(super) async fn sync_dir(&self, dir: DirId) -> Result<Reply, Fault> {
        let base = self.opened(dir).await?;
        fsync(effect::names(base.fd.as_fd())?)?;
        Ok(Reply::Done)
    }
}

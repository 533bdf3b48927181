//! `open-at`: a file or a directory, existing or new.
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;
use toolward_manifests::{FileOp, GuestPath};

use super::walk::{Found, Place};
use super::wish::wall_before_opening;
use super::{Base, Cx, effect, errno, glance};
use crate::door::{At, Fault, OpenFlags, Reply};
use crate::mediate::{Obstacle, Weight, Wish};

impl Cx<'_> {
    pub(super) async fn open(&self, at: At, flags: OpenFlags) -> Result<Reply, Fault> {
        self.files.table().has_room()?;
        if !flags.create && !flags.truncate && !flags.write {
            let base = self.base(at.dir)?;
            if let Some(seen) = glance::glance(&self.files.mounts, &base, &at.path, OFlags::PATH) {
                match seen.kind() {
                    FileType::Directory => return self.open_dir(&base, &seen.path, seen.fd, flags).await,
                    FileType::RegularFile if flags.read && !flags.directory => {
                        return self.open_seen(&base, &seen.path, seen.fd).await;
                    }
                    _ => {}
                }
            }
        }
        // What must be new is not looked for behind a link that has its name already (open(2), `O_EXCL`).
        let (base, found) = self.find(&at, at.follow && !(flags.create && flags.exclusive))?;
        match &found.place {
            Place::Free { .. } if flags.create => self.open_new(&base, found, flags).await,
            Place::Object { .. } if found.place.kind() == Some(FileType::RegularFile) => {
                self.open_existing(&base, found, flags).await
            }
            Place::Object { .. } | Place::Start(_) if found.place.kind() == Some(FileType::Directory) => {
                let kept = match found.place {
                    Place::Object { object, .. } => object,
                    Place::Start(dir) => dir.try_clone().map_err(|_| Fault::Os(Errno::MFILE.raw_os_error()))?,
                    _ => return Err(Fault::Broken),
                };
                let error = if flags.create && flags.exclusive {
                    Some(Errno::EXIST)
                } else if flags.write || flags.truncate || flags.create && !flags.directory {
                    Some(Errno::ISDIR)
                } else {
                    None
                };
                match error {
                    Some(error) => self.open_in_vain(&base, &found.path, flags, None, error).await,
                    None => self.open_dir(&base, &found.path, kept, flags).await,
                }
            }
            place => {
                let error = match place {
                    Place::Nowhere(errno) => *errno,
                    Place::Object { .. } if flags.create && flags.exclusive => Errno::EXIST,
                    Place::Object { .. } if found.is_no_directory() => Errno::NOTDIR,
                    Place::Object { .. } => Errno::LOOP,
                    _ => Errno::NOENT,
                };
                self.open_in_vain(&base, &found.path, flags, wall_before_opening(place), error).await
            }
        }
    }

    /// A file that was found on the short way, to be opened if reading it is allowed.
    async fn open_seen(&self, base: &Base, path: &GuestPath, fd: OwnedFd) -> Result<Reply, Fault> {
        let wishes = vec![self.wish(base, FileOp::Read, path, None)?];
        let permit = self.mediator.mediate(wishes, Weight::Look).await?;
        self.hand_out(effect::reopen(permit, fd.as_fd(), OFlags::RDONLY, false), false)
    }

    async fn open_existing(&self, base: &Base, found: Found, flags: OpenFlags) -> Result<Reply, Fault> {
        let error = if flags.create && flags.exclusive {
            Some(Errno::EXIST)
        } else if flags.directory || found.must_be_dir {
            Some(Errno::NOTDIR)
        } else {
            None
        };
        if let Some(error) = error {
            return self.open_in_vain(base, &found.path, flags, wall_before_opening(&found.place), error).await;
        }
        let wall = if flags.write || flags.truncate {
            self.wall_before_writing(&found.place)
        } else {
            wall_before_opening(&found.place)
        };
        let Place::Object { object, .. } = found.place else { return Err(Fault::Broken) };
        let weight = if flags.write || flags.truncate { Weight::Effect } else { Weight::Look };
        let permit = self.mediator.mediate(self.wishes(base, &found.path, flags, wall)?, weight).await?;
        self.hand_out(effect::reopen(permit, object.as_fd(), mode(flags), flags.truncate), flags.write)
    }

    async fn open_new(&self, base: &Base, found: Found, flags: OpenFlags) -> Result<Reply, Fault> {
        if flags.directory || found.must_be_dir {
            let error = if found.must_be_dir { Errno::ISDIR } else { Errno::INVAL };
            return self.open_in_vain(base, &found.path, flags, None, error).await;
        }
        let wall = self.wall_before_naming(&found);
        let Place::Free { parent, name } = found.place else { return Err(Fault::Broken) };
        let mut wishes = Vec::with_capacity(2);
        if let Some(look) = looks(flags) {
            wishes.push(self.wish(base, look, &found.path, None)?);
        }
        let told = if flags.exclusive || !changes(flags) { FileOp::Create } else { FileOp::Write };
        wishes.push(Wish { told: Some(told), ..self.wish(base, FileOp::Create, &found.path, wall)? });
        let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
        self.hand_out(effect::create(permit, parent.as_fd(), &name, mode_of_new(flags)), flags.write)
    }

    async fn open_dir(&self, base: &Base, path: &GuestPath, fd: OwnedFd, flags: OpenFlags) -> Result<Reply, Fault> {
        let folds = super::mount::folds_case(fd.as_fd())?;
        let wall = folds.then(|| Obstacle::builtin("the directory folds case, so that a rule would not mean one name"));
        // A missing name is asked for by what the guest said, not by what it would have found.
        let asked = if flags.read && !flags.directory && !self.allows(FileOp::Read, path) {
            FileOp::Read
        } else {
            FileOp::List
        };
        let wishes = vec![Wish { told: Some(asked), ..self.wish(base, FileOp::List, path, wall)? }];
        let permit = self.mediator.mediate(wishes, Weight::Look).await?;
        self.mediator.reads_file(path)?;
        let fd = self.settle(effect::nothing(permit, Ok(fd)))?;
        Ok(Reply::Dir(self.files.table().add_dir(base.mount, fd)?))
    }

    /// Nothing can come of it: the error is told where the name may be listed, or where what was asked for is allowed.
    async fn open_in_vain(
        &self,
        base: &Base,
        path: &GuestPath,
        flags: OpenFlags,
        wall: Option<Obstacle>,
        error: Errno,
    ) -> Result<Reply, Fault> {
        let wishes = if wall.is_none() && self.allows(FileOp::List, path) {
            vec![self.wish(base, FileOp::List, path, None)?]
        } else {
            self.wishes(base, path, flags, wall)?
        };
        let permit = self.mediator.mediate(wishes, Weight::Look).await?;
        self.settle(effect::nothing(permit, Err(error)))
    }

    /// What opening an existing name asks for; `create` where nothing but making it was asked.
    fn wishes(
        &self,
        base: &Base,
        path: &GuestPath,
        flags: OpenFlags,
        wall: Option<Obstacle>,
    ) -> Result<Vec<Wish>, Fault> {
        let change = match flags {
            _ if flags.directory => None,
            _ if flags.create && flags.exclusive => Some(FileOp::Create),
            _ if changes(flags) => Some(FileOp::Write),
            _ => None,
        };
        let ops = looks(flags).into_iter().chain(change);
        ops.map(|op| self.wish(base, op, path, wall.clone())).collect()
    }

    /// Hands out an opened file; its record is closed when the guest lets go of it. One that is open for writing is kept, too.
    fn hand_out(&self, (result, receipt): effect::Effected<OwnedFd>, writes: bool) -> Result<Reply, Fault> {
        let opened = result.and_then(|fd| {
            let kept = if writes { Some(rustix::io::fcntl_dupfd_cloexec(&fd, 0)?) } else { None };
            Ok((fd, kept))
        });
        match opened {
            Ok((fd, kept)) => Ok(Reply::File { id: self.files.table().add_file(receipt, kept)?, fd }),
            Err(error) => {
                self.mediator.settle(receipt, &errno::outcome(&Err::<(), _>(error)), None)?;
                Err(error.into())
            }
        }
    }

    /// Records how an effect ended, and answers it.
    pub(super) fn settle<T>(&self, (result, receipt): effect::Effected<T>) -> Result<T, Fault> {
        self.mediator.settle(receipt, &errno::outcome(&result), None)?;
        Ok(result?)
    }
}

/// Whether the content is to be changed.
fn changes(flags: OpenFlags) -> bool {
    flags.write || flags.truncate
}

/// What an open asks for, but for a change. It is decided first, whether anything is there or not, so that the operation that
/// is refused does not depend on that.
fn looks(flags: OpenFlags) -> Option<FileOp> {
    match flags {
        _ if flags.directory => Some(FileOp::List),
        _ if flags.read => Some(FileOp::Read),
        _ if changes(flags) || flags.create && flags.exclusive => None,
        _ => Some(FileOp::List),
    }
}

/// How an existing file is opened. One that was asked for neither reading nor writing can be neither read nor written.
fn mode(flags: OpenFlags) -> OFlags {
    match (flags.read, flags.write || flags.truncate) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        (true, false) => OFlags::RDONLY,
        (false, false) => OFlags::PATH,
    }
}

/// How a new file is opened: `O_PATH` would not make it.
fn mode_of_new(flags: OpenFlags) -> OFlags {
    match mode(flags) {
        OFlags::PATH => OFlags::WRONLY,
        mode => mode,
    }
}

//! The long way to an object: name by name, each opened without effect, each symbolic link read by us.
//!
//! It tells the true path of what a text leads to, also where nothing is there: a refusal must not depend on whether a
//! name exists. It never leaves the directory it starts from.
use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, openat2, readlinkat};
use rustix::io::Errno;
use toolward_manifests::GuestPath;

use super::glance::NO_DETOUR;
use super::mount::folds_case;
use super::{Base, Mounts};
use crate::door::Fault;
use crate::shortage::Shortage;

/// As many symbolic links as Linux follows in one path (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// Where a text led.
#[derive(Debug)]
pub(super) struct Found {
    /// The true path, of what is there or of what would be.
    pub(super) path: GuestPath,
    pub(super) place: Place,
    /// A trailing slash follows its name, in the text or in a link that it led through: it must be a directory.
    pub(super) must_be_dir: bool,
    /// The symbolic links that it led through.
    pub(super) links: Vec<GuestPath>,
}

/// What stands there.
#[derive(Debug)]
pub(super) enum Place {
    /// The directory that the request started from, one on the way that `..` led back to, or one that a mount begins with.
    Start(Arc<OwnedFd>),
    /// An object, under a name in a directory.
    Object { parent: Arc<OwnedFd>, name: String, object: OwnedFd, stat: Stat },
    /// Nothing, in a directory that exists.
    Free { parent: Arc<OwnedFd>, name: String },
    /// The way there is broken; the error to give if the path may be known at all.
    Nowhere(Errno),
    /// Another file system is mounted there.
    Submount,
    /// The way leads through a directory that folds case.
    Folding,
    /// The way leads out of the directory.
    Outside,
}

impl Place {
    pub(super) fn kind(&self) -> Option<FileType> {
        match self {
            Self::Object { stat, .. } => Some(FileType::from_raw_mode(stat.st_mode)),
            Self::Start(_) => Some(FileType::Directory),
            _ => None,
        }
    }
}

impl Found {
    /// The error of asking for a directory where something else stands (path_resolution(7), "trailing slashes").
    pub(super) fn is_no_directory(&self) -> bool {
        self.must_be_dir && !matches!(self.place.kind(), None | Some(FileType::Directory))
    }
}

/// Walks from `base` along `path`, into other mounts where they begin on the way. `shows` says whether a link's own name may be known.
///
/// # Errors
/// [`Fault`] for a text that is no path at all, before anything was looked at; where the host is short of something.
pub(super) fn walk(
    mounts: &Mounts,
    base: &Base,
    path: &str,
    follow: bool,
    shows: impl Fn(&GuestPath) -> bool,
) -> Result<Found, Fault> {
    if path.is_empty() {
        return Err(Errno::NOENT.into());
    }
    if path.len() > GuestPath::MAX {
        return Err(Errno::NAMETOOLONG.into());
    }
    if path.contains('\0') {
        return Err(Errno::INVAL.into());
    }
    let way = Way {
        mounts,
        dirs: vec![(Arc::clone(&base.fd), base.path.clone())],
        todo: path.split('/').map(str::to_owned).collect(),
        links: Vec::new(),
    };
    if path.starts_with('/') {
        return Ok(way.found(base.path.clone(), Place::Outside));
    }
    way.go(follow, shows)
}

/// A walk under way: never fewer directories than the one it began in.
struct Way<'m> {
    mounts: &'m Mounts,
    dirs: Vec<(Arc<OwnedFd>, GuestPath)>,
    todo: VecDeque<String>,
    links: Vec<GuestPath>,
}

impl Way<'_> {
    fn go(mut self, follow: bool, shows: impl Fn(&GuestPath) -> bool) -> Result<Found, Fault> {
        while let Some(name) = self.todo.pop_front() {
            match name.as_str() {
                "" | "." => continue,
                ".." if self.dirs.len() > 1 => {
                    // Whether a hidden directory can be entered and left would tell whether it exists.
                    let (_, left) = self.dirs.pop().ok_or(Fault::Broken)?;
                    if !shows(&left) {
                        let here = parent(&left).ok_or(Fault::Broken)?;
                        return self.broken_off(here, Place::Nowhere(Errno::NOENT));
                    }
                    continue;
                }
                ".." => return self.ends_here(Place::Outside),
                _ => {}
            }
            let (dir, here) = self.dirs.last().cloned().ok_or(Fault::Broken)?;
            let path = here.join(&name).map_err(|_| Fault::from(Errno::NAMETOOLONG))?;
            // A `.` behind it stands for the directory itself, which is then no name in another one.
            let last = self.todo.iter().all(String::is_empty);
            let must_be_dir = last && !self.todo.is_empty();
            if let Some(mount) = self.mounts.at(&path) {
                self.dirs.push((mount.root(), path));
                continue;
            }
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let object = match openat2(&*dir, name.as_str(), flags, Mode::empty(), NO_DETOUR) {
                Ok(object) => object,
                Err(Errno::NOENT) if last => {
                    return Ok(Found { must_be_dir, ..self.found(path, Place::Free { parent: dir, name }) });
                }
                Err(errno) if Shortage::of_the_host(errno).is_some() => return Err(errno.into()),
                Err(errno) => {
                    // What a hidden directory answers would tell that it exists.
                    let hidden = self.dirs.iter().skip(1).any(|(_, dir)| !shows(dir));
                    let place = match errno {
                        _ if hidden => Place::Nowhere(Errno::NOENT),
                        Errno::XDEV if shows(&path) => Place::Submount,
                        Errno::XDEV => Place::Nowhere(Errno::NOENT),
                        errno => Place::Nowhere(errno),
                    };
                    return self.broken_off(path, place);
                }
            };
            let stat = fstat(&object)?;
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Symlink if !last || follow => {
                    if !shows(&path) {
                        return self.broken_off(path, Place::Nowhere(Errno::NOENT));
                    }
                    self.links.push(path.clone());
                    if let Some(place) = self.take_link(&object)? {
                        return self.broken_off(path, place);
                    }
                }
                _ if last => {
                    let place = Place::Object { parent: dir, name, object, stat };
                    return Ok(Found { must_be_dir, ..self.found(path, place) });
                }
                FileType::Directory if folds_case(object.as_fd())? => return self.broken_off(path, Place::Folding),
                FileType::Directory => self.dirs.push((Arc::new(object), path)),
                _ if shows(&path) => return self.broken_off(path, Place::Nowhere(Errno::NOTDIR)),
                _ => return self.broken_off(path, Place::Nowhere(Errno::NOENT)),
            }
        }
        let (dir, path) = self.dirs.last().cloned().ok_or(Fault::Broken)?;
        Ok(self.found(path, Place::Start(dir)))
    }

    /// Puts a link's text before what is still to be walked; answers where it leads if that is nowhere.
    fn take_link(&mut self, link: &OwnedFd) -> Result<Option<Place>, Fault> {
        if self.links.len() > MAX_LINKS {
            return Ok(Some(Place::Nowhere(Errno::LOOP)));
        }
        let text = readlinkat(link.as_fd(), "", Vec::with_capacity(128))?;
        let Ok(text) = text.into_string() else { return Ok(Some(Place::Nowhere(Errno::ILSEQ))) };
        if text.starts_with('/') {
            return Ok(Some(Place::Outside));
        }
        for name in text.split('/').rev() {
            self.todo.push_front(name.to_owned());
        }
        if self.todo.len() > GuestPath::MAX {
            return Ok(Some(Place::Nowhere(Errno::NAMETOOLONG)));
        }
        Ok(None)
    }

    /// Nothing is to be seen from `path` on: the rest is taken by its letters, so that the verdict does not depend on
    /// what exists.
    fn broken_off(&self, mut path: GuestPath, place: Place) -> Result<Found, Fault> {
        let mut base = self.dirs.first().map(|(_, path)| path.segments().count()).unwrap_or_default();
        base = base.min(path.segments().count());
        for name in &self.todo {
            path = match name.as_str() {
                "" | "." => path,
                ".." => {
                    if path.segments().count() <= base {
                        return Ok(self.found(path, Place::Outside));
                    }
                    parent(&path).ok_or(Fault::Refused)?
                }
                name => path.join(name).map_err(|_| Fault::from(Errno::NAMETOOLONG))?,
            };
        }
        Ok(self.found(path, place))
    }

    fn ends_here(&self, place: Place) -> Result<Found, Fault> {
        let path = self.dirs.last().map(|(_, path)| path.clone()).ok_or(Fault::Broken)?;
        Ok(self.found(path, place))
    }

    fn found(&self, path: GuestPath, place: Place) -> Found {
        Found { path, place, must_be_dir: false, links: self.links.clone() }
    }
}

/// The path one name further up; none above the root.
pub(super) fn parent(path: &GuestPath) -> Option<GuestPath> {
    let (above, _) = path.as_str().rsplit_once('/')?;
    GuestPath::parse(if above.is_empty() { "/" } else { above }).ok()
}

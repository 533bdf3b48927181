//! Mounts that a client asks for over the socket. The broker opens each directory by itself, below a directory that the
//! policy names and that it has opened by itself; a client's descriptor is only compared with it.
//!
//! What lies above a client's descriptor proves nothing: in a mount namespace of its own a client shows any directory at
//! any place. Inode and device tell which directory it is, and the broker's own way to it that the policy allows it there.
//! `docs/decisions/mounts-of-clients.md` has the reasons.
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, StatxFlags, fcntl_getfl, openat2, statat, statx};
use rustix::io::Errno;
use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::{GuestPath, MountTerms};

use super::Broker;
use super::open::{denied, refused, resolve};
use crate::failure::{Exit, Failure};
use crate::identity::Opening;
use crate::mountinfo;

/// Who asks, and what it was asked to prove itself by.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Its user.
    pub uid: u32,
    /// What its claim answers.
    pub nonce: [u8; 32],
}

/// The mounts of a task, with a descriptor of each to be held.
#[derive(Debug)]
pub struct PassedMounts {
    /// The mounts.
    pub mounts: Mounts,
    /// Where each lies, as the broker sees it.
    pub hosts: Vec<PathBuf>,
    /// Their directories.
    pub held: Vec<OwnedFd>,
}

/// The name of a file that a caller makes in a directory to show that it may write there.
#[must_use]
pub fn proof_name(nonce: &[u8; 32]) -> String {
    format!(".toolward-{}", hex::encode(nonce))
}

impl Broker {
    /// Opens what a client asks to have mounted.
    ///
    /// # Errors
    /// Where the policy does not allow such a mount, where the broker finds another directory there than the client, or
    /// where the client has not shown that it may read, and write where that is asked for.
    pub fn passed(&self, asked: &Opening, passed: Vec<OwnedFd>, caller: Caller) -> Result<PassedMounts, Failure> {
        if asked.mounts.len() != passed.len() {
            let message = format!("{} mounts are asked for, and {} came", asked.mounts.len(), passed.len());
            return Err(Failure::usage(message));
        }
        let installation = self.installation()?;
        let by_guest: BTreeMap<_, _> = asked.mounts.iter().map(|(guest, _, ro)| (guest.clone(), *ro)).collect();
        let terms = installation.policy().task_terms(&asked.agent, &asked.kind, asked.ttl, &by_guest, &asked.set);
        let terms = terms.map_err(refused)?;
        let (mut mounts, mut hosts, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for ((guest, host, read_only), directory) in asked.mounts.iter().zip(passed) {
            let Some(terms) = terms.mounts.get(guest) else { return Err(denied(format!("no mount `{guest}`"))) };
            readable(&directory, host)?;
            let own = open_below(Path::new(host), terms, &installation.config.policy)?;
            same(&own, &directory, host)?;
            let mode = if *read_only || terms.read_only { MountMode::ReadOnly } else { MountMode::ReadWrite };
            if mode == MountMode::ReadWrite {
                writable(&own, host, caller)?;
            }
            let guest = GuestPath::parse(guest).map_err(|error| Failure::usage(error.to_string()))?;
            let place = place_of(&own).map_err(Failure::at(host))?;
            held.push(own.try_clone().map_err(Failure::at(host))?);
            mounts.push(Mount::of_descriptor(guest, &place, own, mode)?);
            hosts.push(place);
        }
        Ok(PassedMounts { mounts: Mounts::new(mounts, &self.home.secret_directories())?, hosts, held })
    }
}

/// Opens a directory that a client names, below one of those that the policy names.
fn open_below(host: &Path, terms: &MountTerms, policy: &Path) -> Result<OwnedFd, Failure> {
    const BELOW: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_XDEV).union(ResolveFlags::NO_MAGICLINKS);
    let mut failed = None;
    for under in &terms.under {
        // Another of the policy's directories may be there.
        let root = match resolve(under, policy).and_then(|under| open_root(&under)) {
            Ok(root) => root,
            Err(failure) => {
                failed = Some(as_refusal(failure));
                continue;
            }
        };
        let place = place_of(&root).map_err(Failure::at(under))?;
        let Ok(rest) = host.strip_prefix(&place) else { continue };
        let rest = if rest.as_os_str().is_empty() { Path::new(".") } else { rest };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match openat2(&root, rest, flags, Mode::empty(), BELOW) {
            Ok(own) => return Ok(own),
            Err(Errno::XDEV) => {
                let message =
                    format!("`{}` lies on another mount than `{under}`, as the broker sees it", host.display());
                failed = Some(denied(message).help("name that mount, or a directory in it, in the policy's `under`"));
            }
            Err(errno) => {
                let failure = Failure::at(host)(errno.into());
                failed = Some(as_refusal(failure.or_help("the broker opens what it mounts by itself")));
            }
        }
    }
    Err(failed
        .unwrap_or_else(|| denied(format!("`{}` does not lie in `{}`", host.display(), terms.under.join("` or `")))))
}

/// A directory that is not there is refused as one that the policy does not allow: the exit code must not tell a client which
/// directories there are.
fn as_refusal(failure: Failure) -> Failure {
    if failure.exit == Exit::Internal { failure } else { Failure { exit: Exit::Denied, ..failure } }
}

/// Opens a directory that the policy names. A symbolic link on the way counts only where it belongs to root or to this user:
/// another's would lead wherever that one likes.
pub(super) fn open_root(under: &Path) -> Result<OwnedFd, Failure> {
    const MOST_LINKS: usize = 40;
    let failed = |error: std::io::Error| Failure::at(under)(error);
    let mut todo: Vec<OsString> = names(under);
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut way = vec![rustix::fs::openat(CWD, "/", flags, Mode::empty()).map_err(|errno| failed(errno.into()))?];
    let mut links = 0;
    while let Some(name) = todo.pop() {
        if name == ".." {
            if way.len() > 1 {
                way.pop();
            }
            continue;
        }
        let Some(here) = way.last() else { break };
        let found = rustix::fs::openat(here, &name, flags, Mode::empty()).map_err(|errno| failed(errno.into()))?;
        let stat = rustix::fs::fstat(&found).map_err(|errno| failed(errno.into()))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
            way.push(found);
            continue;
        }
        links += 1;
        if links > MOST_LINKS {
            return Err(failed(Errno::LOOP.into()));
        }
        if stat.st_uid != 0 && stat.st_uid != rustix::process::geteuid().as_raw() {
            let message = format!("`{}` leads over a symbolic link of user {}", under.display(), stat.st_uid);
            return Err(denied(message).help("`under` in the policy names the directory itself"));
        }
        let text = rustix::fs::readlinkat(&found, "", Vec::new()).map_err(|errno| failed(errno.into()))?;
        let text = PathBuf::from(OsString::from_vec(text.into_bytes()));
        if text.is_absolute() {
            way.truncate(1);
        }
        todo.extend(names(&text));
    }
    let last = way.pop().ok_or_else(|| failed(Errno::NOENT.into()))?;
    let stat = rustix::fs::fstat(&last).map_err(|errno| failed(errno.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Err(failed(Errno::NOTDIR.into()));
    }
    Ok(last)
}

/// The names of a path, the last one first.
fn names(path: &Path) -> Vec<OsString> {
    use std::path::Component;
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    };
    let mut names: Vec<_> = path.components().filter_map(name).collect();
    names.reverse();
    names
}

/// Where an open directory is, as this process sees it.
fn place_of(directory: &OwnedFd) -> std::io::Result<PathBuf> {
    std::fs::read_link(format!("/proc/self/fd/{}", directory.as_raw_fd()))
}

/// Whether the client has the very directory that the broker has found.
fn same(own: &OwnedFd, passed: &OwnedFd, host: &str) -> Result<(), Failure> {
    let identity = |fd: &OwnedFd| {
        let known = statx(fd, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID);
        let known = known.map_err(|errno| Failure::at(host)(errno.into()))?;
        Ok::<_, Failure>(((known.stx_dev_major, known.stx_dev_minor, known.stx_ino), known.stx_mnt_id))
    };
    let ((own, own_mount), (passed, passed_mount)) = (identity(own)?, identity(passed)?);
    if own != passed {
        let message = format!("`{host}` is another directory for the broker than for its client");
        return Err(denied(message).help("a mount is named by the path that it has for the broker"));
    }
    // The ids of another namespace's mounts are not among the broker's own: they can be compared with nothing.
    if own_mount != passed_mount && mountinfo::read()?.iter().any(|mount| mount.id == passed_mount) {
        return Err(denied(format!("`{host}` was opened by the client through another mount")));
    }
    Ok(())
}

/// What a client passes it must have been able to read itself: an `O_PATH` descriptor proves nothing of the kind.
fn readable(directory: &OwnedFd, host: &str) -> Result<(), Failure> {
    let flags = fcntl_getfl(directory).map_err(|errno| Failure::at(host)(errno.into()))?;
    if flags.contains(OFlags::PATH) {
        return Err(Failure::usage(format!("`{host}` was not opened for reading")));
    }
    Ok(())
}

/// Whether the client has made a file in the directory, under the name that this opening asks for: the kernel lets it do that
/// only where it may write there, through a mount that may be written.
fn writable(own: &OwnedFd, host: &str, caller: Caller) -> Result<(), Failure> {
    let proof = statat(own.as_fd(), proof_name(&caller.nonce), AtFlags::SYMLINK_NOFOLLOW);
    let is_its = |stat: rustix::fs::Stat| {
        stat.st_uid == caller.uid && FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
    };
    if proof.is_ok_and(is_its) {
        return Ok(());
    }
    let message = format!("the client has not shown that it may write in `{host}`");
    Err(denied(message).help(format!("mount it with `:ro`, or let the caller's user {} make files there", caller.uid)))
}

//! Files: find the object beneath its mount, decide on it, record, then act on that same object.
//!
//! One operation, one file. [`walk`] and [`glance`] find without effect; [`effect`] is the only module with effects, and
//! every function in it consumes a [`Permit`](crate::mediate::Permit).
mod case;
mod create_directory;
mod effect;
mod entries;
mod errno;
mod glance;
mod link;
mod mount;
mod open;
mod protect;
mod readlink;
mod remove;
mod rename;
mod replace;
mod set_times;
mod stat;
mod symlink;
mod table;
mod walk;
mod whereabouts;
mod wish;

pub use mount::{Mount, MountError, MountMode, Mounts};
pub use protect::Protected;
pub(crate) use stat::stat_of;

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::io::Errno;
use toolward_manifests::GuestPath;

use crate::door::listed::Listed;
use crate::door::{DirId, Fault, Reply, Request};
use crate::mediate::Mediator;
use crate::shortage::Shortage;
use table::Table;

/// The door's side of all file requests of one call.
pub(crate) struct Files {
    mounts: Arc<Mounts>,
    protected: Arc<Protected>,
    table: Mutex<Table>,
    /// The last listing, with the path of its directory.
    listed: Listed<GuestPath>,
}

/// A directory that a request starts from.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    /// Which mount it lies in.
    mount: usize,
    fd: Arc<OwnedFd>,
    /// Its guest path, read anew for this request.
    path: GuestPath,
}

/// What one request works with.
struct Cx<'a> {
    files: &'a Files,
    mediator: &'a Mediator,
}

impl Files {
    pub(crate) fn new(mounts: Arc<Mounts>, protected: Arc<Protected>, open_files: u32) -> Self {
        let table = Mutex::new(Table::new(&mounts, open_files));
        Self { mounts, protected, table, listed: Listed::default() }
    }

    pub(crate) async fn perform(&self, mediator: &Mediator, request: Request) -> Reply {
        self.listed.heed(&request);
        let cx = Cx { files: self, mediator };
        let reply = match request {
            Request::Open(at, flags) => cx.open(at, flags).await,
            Request::StatAt(at) => cx.stat_at(at).await,
            Request::StatDir(dir) => cx.stat_dir(dir).await,
            Request::SetTimesAt(at, times) => cx.set_times_at(at, times).await,
            Request::SetTimesDir(dir, times) => cx.set_times_dir(dir, times).await,
            Request::SetTimesFile(file, times) => cx.set_times_file(file, times),
            Request::SyncDir(dir) => cx.sync_dir(dir).await,
            Request::Entries(dir) => cx.entries(dir).await,
            Request::IdentityAt(at) => cx.identity_at(at).await,
            Request::CreateDirectory(at) => cx.create_directory(at).await,
            Request::RemoveDirectory(at) => cx.remove(at, remove::What::Directory).await,
            Request::Unlink(at) => cx.remove(at, remove::What::File).await,
            Request::ReadLink(at) => cx.readlink(at).await,
            Request::SymLink { target, at } => cx.symlink(target, at).await,
            Request::Link { from, to } => cx.link(from, to).await,
            Request::Rename { from, to } => cx.rename(from, to).await,
            Request::Environment | Request::Network(_) => Err(Fault::Broken),
        };
        reply.unwrap_or_else(|fault| Reply::Fault(ours(mediator, fault)))
    }

    /// The open directories and files.
    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn preopens(&self) -> Vec<(DirId, String)> {
        // No preopen is called `.`: WASI's C library would take `/secrets/k` for `secrets/k` in it, a second name of
        // `/repo/secrets/k`.
        self.mounts.iter().zip(0..).map(|(mount, id)| (DirId(id), mount.guest().to_string())).collect()
    }

    pub(crate) fn close_dir(&self, id: DirId) {
        self.table().close_dir(id);
    }

    pub(crate) fn close_file(&self, mediator: &Mediator, id: crate::door::FileId, totals: &crate::record::Totals) {
        let Some(receipt) = self.table().close_file(id) else { return };
        // Where the record cannot be written the call fails at its own.
        let _told = mediator.settle(receipt, &crate::record::Outcome::Done, Some(totals));
    }

    /// Closes the records of files that a guest has not let go of, since it ended in the middle: what passed nobody knows.
    pub(crate) fn end(&self, mediator: &Mediator) {
        let left = self.table().end();
        for receipt in left {
            let _told = mediator.settle(receipt, &crate::record::Outcome::Cut, None);
        }
    }
}

impl Cx<'_> {
    /// The directory of a request, with its path as it is now.
    fn base(&self, dir: DirId) -> Result<Base, Fault> {
        let (mount, fd) = self.files.table().dir(dir)?;
        let path = whereabouts::guest_path(self.files.mount(mount)?, fd.as_fd())?;
        // The host has moved it to where another mount covers it: no guest path leads there.
        if self.files.mounts.covering(&path).is_none_or(|(covering, _)| covering != mount) {
            return Err(Fault::Refused);
        }
        Ok(Base { mount, fd, path })
    }
}

impl Files {
    fn mount(&self, index: usize) -> Result<&Mount, Fault> {
        self.mounts.get(index).ok_or(Fault::Broken)
    }
}

/// What the host has too little of is no error of a guest's, which has limits of its own: the call ends.
fn ours(mediator: &Mediator, fault: Fault) -> Fault {
    let Fault::Os(code) = fault else { return fault };
    match Shortage::of_the_host(Errno::from_raw_os_error(code)) {
        Some(shortage) => mediator.break_off(format!("a file cannot be opened for the tool: {shortage}")),
        None => fault,
    }
}

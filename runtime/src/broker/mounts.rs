//! The mounts of a task: found again by name and compared, or held open from the beginning.
use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::{GuestPath, TaskTerms};

use super::Broker;
use super::open::beneath;
use crate::failure::{Exit, Failure};
use crate::state::tasks::{Mount as Kept, Task};

/// Directories that a client has passed, by task: a broker of its own user may not find them by name.
#[derive(Debug, Default)]
pub struct Held(Mutex<HashMap<String, Vec<OwnedFd>>>);

impl Held {
    /// Holds the mounts of a task, in the task's order.
    pub fn hold(&self, task: &str, mounts: Vec<OwnedFd>) {
        self.all().insert(task.to_owned(), mounts);
    }

    /// Lets go of them.
    pub fn release(&self, task: &str) {
        self.all().remove(task);
    }

    /// Lets go of those of every task that is not among these.
    pub fn keep_only(&self, open: &dyn Fn(&str) -> bool) {
        self.all().retain(|task, _| open(task));
    }

    /// One of them, if it is held.
    fn get(&self, task: &str, at: usize) -> io::Result<Option<OwnedFd>> {
        self.all().get(task).and_then(|mounts| mounts.get(at)).map(OwnedFd::try_clone).transpose()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Vec<OwnedFd>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Broker {
    /// Opens the task's mounts again; each must still be the very directory that it was when the task was opened, and lie
    /// where the policy that holds now lets it lie.
    ///
    /// # Errors
    /// Where one cannot be opened, is another, or lies elsewhere.
    pub(crate) fn mounts(&self, task: &Task, changed: Option<&TaskTerms>, policy: &Path) -> Result<Mounts, Failure> {
        let mount = |(at, kept): (usize, &Kept)| {
            let Some(changed) = changed else { return self.mount(task, at, kept) };
            // What is not there any more was refused before; if not, nothing is written through it.
            let terms = changed.mounts.get(&kept.guest);
            let read_only = kept.read_only || terms.is_none_or(|terms| terms.read_only);
            let mount = self.mount(task, at, &Kept { read_only, ..kept.clone() })?;
            beneath(&mount, &kept.guest, terms.map(|terms| terms.under.as_slice()).unwrap_or_default(), policy)?;
            Ok(mount)
        };
        let mounts = task.opening.mounts.iter().enumerate().map(mount).collect::<Result<Vec<_>, _>>()?;
        Ok(Mounts::new(mounts, Some(self.home.dir()))?)
    }

    fn mount(&self, task: &Task, at: usize, kept: &Kept) -> Result<Mount, Failure> {
        let mode = if kept.read_only { MountMode::ReadOnly } else { MountMode::ReadWrite };
        let guest = GuestPath::parse(&kept.guest).map_err(|error| Failure::internal(error.to_string()))?;
        let held = self.held.get(task.root(), at).map_err(Failure::at(&kept.host))?;
        let mount = match (held, self.mode) {
            (Some(directory), _) => Mount::of_descriptor(guest, &kept.host, directory, mode),
            (None, crate::audit::Mode::Separated) => return Err(gone(&kept.host)),
            (None, crate::audit::Mode::SingleUser) => Mount::open(guest, &kept.host, mode),
        };
        let mount = mount?;
        if mount.identity() == (kept.dev, kept.ino) {
            return Ok(mount);
        }
        let message = format!("`{}` is not the directory that it was when the task was opened", kept.host.display());
        Err(Failure::new(Exit::Denied, message).help("open a task anew"))
    }
}

fn gone(host: &Path) -> Failure {
    let message = format!("the broker was started anew and holds `{}` no longer", host.display());
    Failure::new(Exit::Denied, message).help("open a task anew")
}

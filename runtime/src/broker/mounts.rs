//! The mounts of a task: found again by name and compared, or held open from the beginning.
use std::path::Path;

use toolward_host_fns::files::{Mount, MountError, MountMode, Mounts};
use toolward_manifests::{GuestPath, TaskTerms};

use super::Broker;
use super::open::beneath;
use crate::failure::{Exit, Failure};
use crate::notice::{Notice, Part};
use crate::state::tasks::{Mount as Kept, Task};

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
            let under = terms.map(|terms| terms.under.as_slice()).unwrap_or_default();
            let told = Notice::NotAllowed(Part::Mount(kept.guest.clone()));
            beneath(&mount, &kept.guest, under, policy).map_err(|failure| failure.or_notice(told))?;
            Ok(mount)
        };
        let mounts = task.opening.mounts.iter().enumerate().map(mount).collect::<Result<Vec<_>, _>>()?;
        Ok(Mounts::new(mounts, &[self.home.dir().to_owned()])?)
    }

    fn mount(&self, task: &Task, at: usize, kept: &Kept) -> Result<Mount, Failure> {
        let mode = if kept.read_only { MountMode::ReadOnly } else { MountMode::ReadWrite };
        let guest = GuestPath::parse(&kept.guest).map_err(|error| Failure::internal(error.to_string()))?;
        let held = self.held.get(task.root(), at).map_err(Failure::at(&kept.host))?;
        let mount = match (held, self.mode) {
            (Some(directory), _) => Mount::of_descriptor(guest, &kept.host, directory, mode),
            (None, crate::audit::Mode::Separated) => return Err(gone(kept)),
            (None, crate::audit::Mode::SingleUser) => Mount::open(guest, &kept.host, mode),
        };
        let is_gone = |error: MountError| Failure::from(error).or_notice(Notice::MountGone(kept.guest.clone()));
        let mount = mount.map_err(is_gone)?;
        if mount.identity() == (kept.dev, kept.ino) {
            return Ok(mount);
        }
        let message = format!("`{}` is not the directory that it was when the task was opened", kept.host.display());
        Err(Failure::new(Exit::Denied, message).help("open a task anew").notice(Notice::MountGone(kept.guest.clone())))
    }
}

fn gone(kept: &Kept) -> Failure {
    let message = format!("the broker was started anew and holds `{}` no longer", kept.host.display());
    let notice = Notice::MountGone(kept.guest.clone());
    Failure::new(Exit::Denied, message).help("open a task anew").notice(notice)
}

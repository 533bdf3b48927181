//! What the kernel must give before a tool can run: system calls that mediation rests on, and `/proc`.
//!
//! A filter of a service manager or a container can take any of them away. Each is tried at each call, before any tool is
//! loaded, so that what the host lacks is never reported as a failure of the tool.
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2, readlink};
use toolward_host_fns::shortage::Shortage;

use crate::failure::Failure;
use crate::notice::Notice;
use crate::sealed::Memory;

/// One kernel interface that no tool can run without.
#[derive(Debug)]
pub(crate) struct Prerequisite {
    /// Its name, as `doctor` shows it.
    pub(crate) name: &'static str,
    /// What Toolward uses it for.
    pub(crate) purpose: &'static str,
    probe: fn() -> io::Result<()>,
}

/// All of them, in the order in which they are tried.
pub(crate) const ALL: [Prerequisite; 3] = [
    Prerequisite { name: "openat2", purpose: "files are found beneath their mount by the kernel", probe: beneath },
    Prerequisite { name: "procfs", purpose: "open directories are located by `/proc/self/fd`", probe: located },
    Prerequisite { name: "memfd", purpose: "components and code lie in sealed memory", probe: sealed },
];

const HELP: &str = "a filter of the service manager or the container may forbid it (systemd: `RestrictSUIDSGID=yes` does); \
                    `toolward doctor` lists what is missing";

impl Prerequisite {
    /// Tries it.
    ///
    /// # Errors
    /// The kernel's error.
    pub(crate) fn check(&self) -> io::Result<()> {
        (self.probe)()
    }
}

/// Sees that this machine gives all of them; takes about ten microseconds.
///
/// # Errors
/// The first that is missing, by its name: exit 6.
pub(crate) fn check() -> Result<(), Failure> {
    for prerequisite in &ALL {
        prerequisite.check().map_err(|error| missing(prerequisite, &error))?;
    }
    Ok(())
}

fn missing(prerequisite: &Prerequisite, error: &io::Error) -> Failure {
    let message = format!("this machine does not provide `{}`: {error}", prerequisite.name);
    match Shortage::of_io(error) {
        Some(Shortage::SystemCall) | None => {
            Failure::internal(message).help(HELP).notice(Notice::HostLacks(prerequisite.name))
        }
        Some(shortage) => Failure::short(format!("{message} ({shortage})"), shortage),
    }
}

fn beneath() -> io::Result<()> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | ResolveFlags::NO_XDEV;
    openat2(CWD, ".", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty(), resolve)?;
    Ok(())
}

fn located() -> io::Result<()> {
    let here: OwnedFd = rustix::fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let located = readlink(format!("/proc/self/fd/{}", here.as_raw_fd()), Vec::new())?;
    if located.as_bytes() == b"/" { Ok(()) } else { Err(io::Error::other("`/proc` is not this process's own")) }
}

fn sealed() -> io::Result<()> {
    Memory::new("probe")?.seal().map(drop)
}

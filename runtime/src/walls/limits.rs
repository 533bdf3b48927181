//! Resource limits of a walled process (setrlimit(2)).
#![expect(unsafe_code, reason = "a signal's disposition has no safe interface")]
use rustix::process::{Resource, Rlimit, setrlimit};

/// What a process may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    /// Memory of its own, in bytes (`RLIMIT_DATA`).
    pub(crate) memory: u64,
    /// The size of files that it writes, in bytes (`RLIMIT_FSIZE`).
    pub(crate) file: u64,
    /// Open descriptors (`RLIMIT_NOFILE`); `None` leaves it.
    pub(crate) descriptors: Option<u64>,
    /// Processor time, in seconds (`RLIMIT_CPU`); `None` leaves it.
    pub(crate) seconds: Option<u64>,
}

/// Makes a write beyond `RLIMIT_FSIZE` fail with `EFBIG`: by default SIGXFSZ ends the process (setrlimit(2)).
///
/// # Errors
/// The operating system's.
pub(crate) fn ignore_file_size_signal() -> std::io::Result<()> {
    // SAFETY: signal(2) with `SIG_IGN` installs no handler and touches no memory.
    let before = unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    if before == libc::SIG_ERR { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Bounds this process for good. What it is bounded to already by less stays.
///
/// # Errors
/// The operating system's.
pub(crate) fn bound(bounds: &Bounds) -> anyhow::Result<()> {
    let set = |resource, least: u64, most: u64| {
        let inherited = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let limit = |value: u64| Some(value.min(inherited));
        setrlimit(resource, Rlimit { current: limit(least), maximum: limit(most) })
    };
    set(Resource::Core, 0, 0)?;
    set(Resource::Data, bounds.memory, bounds.memory)?;
    set(Resource::Fsize, bounds.file, bounds.file)?;
    ignore_file_size_signal()?;
    if let Some(descriptors) = bounds.descriptors {
        set(Resource::Nofile, descriptors, descriptors)?;
    }
    if let Some(seconds) = bounds.seconds {
        // The first is SIGXCPU, by which the parent knows why it ended.
        set(Resource::Cpu, seconds, seconds.saturating_add(1))?;
    }
    Ok(())
}

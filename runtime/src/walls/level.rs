//! What of the second wall holds: as a machine can give it, as a worker says that it has put it up, as a policy demands it.
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
pub use toolward_manifests::Isolation as Level;

/// What holds of the second wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforced {
    /// The version of Landlock in effect; 0 where there is none.
    pub landlock: i32,
    /// Whether system calls are filtered.
    pub seccomp: bool,
}

/// From this version on Landlock keeps in files, connections, signals and abstract sockets.
const FULL: i32 = 6;

impl Enforced {
    /// What this machine can put up.
    #[must_use]
    pub fn here() -> Self {
        static HERE: OnceLock<Enforced> = OnceLock::new();
        *HERE.get_or_init(|| Self { landlock: landlock_version(), seccomp: filters() })
    }

    /// The level that this is.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self { landlock: FULL.., seccomp: true } => Level::Full,
            Self { seccomp: true, .. } => Level::Worker,
            Self { .. } => Level::Process,
        }
    }
}

impl fmt::Display for Enforced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.landlock {
            0 => f.write_str("no landlock")?,
            version => write!(f, "landlock {version}")?,
        }
        f.write_str(if self.seccomp { ", seccomp" } else { ", no seccomp" })
    }
}

/// `landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)` (landlock_create_ruleset(2)).
#[expect(unsafe_code, reason = "the crate tells the version only to whoever restricts itself")]
fn landlock_version() -> i32 {
    const VERSION: libc::c_ulong = 1;
    // SAFETY: with this flag the call takes no ruleset and touches no memory.
    let version = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0, VERSION) };
    // What the crate does not know it does not use.
    i32::try_from(version).unwrap_or(0).clamp(0, 10)
}

/// Whether filters of system calls can be put up that kill a process (seccomp(2), `SECCOMP_GET_ACTION_AVAIL`): it is the call
/// that is asked, which a filter around this process may forbid.
#[expect(unsafe_code, reason = "no crate asks that")]
fn filters() -> bool {
    let action: u32 = libc::SECCOMP_RET_KILL_PROCESS;
    // SAFETY: the call reads four bytes of `action`, which outlives it, and changes nothing.
    let answer =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_GET_ACTION_AVAIL, 0, std::ptr::from_ref(&action)) };
    answer == 0
}

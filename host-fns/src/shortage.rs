//! What a machine may be short of: no fault of a guest's, nor of whoever calls.
use std::fmt;

use rustix::io::Errno;

/// What is lacking here, whoever asks for it (errno(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// Descriptors, of this process or of the whole system.
    Descriptors,
    /// Memory.
    Memory,
    /// Room on a disk, or in a quota.
    Room,
    /// A system call: the kernel has none, or a filter says so.
    SystemCall,
}

impl Shortage {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Descriptors, Self::Memory, Self::Room, Self::SystemCall];

    /// The shortage that an error number tells of.
    #[must_use]
    pub fn of(errno: Errno) -> Option<Self> {
        match errno {
            Errno::MFILE | Errno::NFILE => Some(Self::Descriptors),
            Errno::NOMEM => Some(Self::Memory),
            Errno::NOSPC | Errno::DQUOT => Some(Self::Room),
            Errno::NOSYS => Some(Self::SystemCall),
            _ => None,
        }
    }

    /// The same of an I/O error.
    #[must_use]
    pub fn of_io(error: &std::io::Error) -> Option<Self> {
        Errno::from_io_error(error).and_then(Self::of)
    }

    /// The same where it is the host's alone: on a full disk a guest writes in vain like any program, and is told so.
    #[must_use]
    pub(crate) fn of_the_host(errno: Errno) -> Option<Self> {
        Self::of(errno).filter(|shortage| *shortage != Self::Room)
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Descriptors => "no file descriptors are left",
            Self::Memory => "no memory is left",
            Self::Room => "the disk is full",
            Self::SystemCall => "the kernel does not provide a system call that this takes",
        })
    }
}

//! A kernel that refuses: a command, and all that it starts, whose system calls fail with an error of one's choice.
//!
//! A seccomp filter answers in the kernel's place (seccomp(2), `SECCOMP_RET_ERRNO`), so it reaches statically linked code as
//! well, whatever the user and the file system.
use std::collections::BTreeMap;
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule, TargetArch, apply_filter};

/// System calls by their numbers, and the error that they fail with.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// What a test calls it.
    pub name: &'static str,
    /// The calls.
    pub calls: &'static [libc::c_long],
    /// The error.
    pub errno: libc::c_int,
}

/// Does something where this fault is: all processes that it starts have it.
///
/// # Panics
/// Where the kernel takes no filter, or the work panics.
pub fn with<T: Send>(fault: &Fault, work: impl FnOnce() -> T + Send) -> T {
    let rules = fault.calls.iter().map(|call| (*call, Vec::new())).collect();
    under(&[refusing(rules, fault.errno)], work)
}

/// A filter that answers these calls with this error, each where one of its rules holds or where it has none.
///
/// # Panics
/// Where it cannot be compiled.
#[must_use]
pub fn refusing(rules: BTreeMap<libc::c_long, Vec<SeccompRule>>, errno: libc::c_int) -> BpfProgram {
    let errno = SeccompAction::Errno(u32::try_from(errno).unwrap());
    let arch = TargetArch::try_from(std::env::consts::ARCH).unwrap();
    SeccompFilter::new(rules, SeccompAction::Allow, errno, arch).unwrap().try_into().unwrap()
}

/// Does something under these filters: they are the thread's, for good, and of all processes that it starts.
///
/// # Panics
/// Where the kernel takes no filter, or the work panics.
pub fn under<T: Send>(filters: &[BpfProgram], work: impl FnOnce() -> T + Send) -> T {
    let in_thread = move || {
        for filter in filters {
            apply_filter(filter).unwrap();
        }
        work()
    };
    thread::scope(|scope| scope.spawn(in_thread).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

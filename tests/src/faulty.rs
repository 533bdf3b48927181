//! A kernel that refuses: a command, and all that it starts, whose system calls fail with an error of one's choice.
//!
//! A seccomp filter answers in the kernel's place (seccomp(2), `SECCOMP_RET_ERRNO`), so it reaches statically linked code as
//! well, whatever the user and the file system.
use std::collections::BTreeMap;
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};

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
    let rules = fault.calls.iter().map(|call| (*call, Vec::new())).collect::<BTreeMap<_, _>>();
    let errno = SeccompAction::Errno(u32::try_from(fault.errno).unwrap());
    let arch = TargetArch::try_from(std::env::consts::ARCH).unwrap();
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, errno, arch).unwrap().try_into().unwrap();
    // The filter is the thread's, for good, and of what is started from there.
    let in_thread = move || {
        apply_filter(&filter).unwrap();
        work()
    };
    thread::scope(|scope| scope.spawn(in_thread).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

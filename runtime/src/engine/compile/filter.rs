//! System calls that a compiler has no use for, and somebody who broke it would have.
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// Sockets of any kind, other programs, other processes' memory, and ways into the kernel that Landlock does not see.
const REFUSED: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
];

/// Has the kernel refuse them to this process, which has one thread yet, and to all that it becomes.
pub(super) fn refuse() -> anyhow::Result<()> {
    let rules = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let refused = SeccompAction::Errno(u32::try_from(libc::EPERM)?);
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, refused, arch)?.try_into()?;
    seccompiler::apply_filter(&filter)?;
    Ok(())
}

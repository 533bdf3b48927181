//! Other programs, other processes, other privileges.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("execve", "starting `/bin/sh`", || sys(libc::SYS_execve, [text(c"/bin/sh"), 0, 0])),
    call("execveat", "the same beneath a descriptor", || {
        sys(libc::SYS_execveat, [libc::AT_FDCWD.into(), text(c"/bin/sh"), 0, 0])
    }),
    call("fork", "another process", || sys(libc::SYS_fork, [])),
    call("vfork", "another process by `vfork`", || sys(libc::SYS_vfork, [])),
    call("clone-process", "another process by `clone`", || sys(libc::SYS_clone, [libc::SIGCHLD.into()])),
    call("clone-namespace", "a thread with a user namespace", || {
        sys(libc::SYS_clone, [(libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND | libc::CLONE_NEWUSER).into()])
    }),
    call("clone3", "another process by `clone3`", || sys(libc::SYS_clone3, [0, 0])),
    call("unshare-user", "a user namespace", || sys(libc::SYS_unshare, [libc::CLONE_NEWUSER.into()])),
    call("unshare-mounts", "a namespace of mounts", || sys(libc::SYS_unshare, [libc::CLONE_NEWNS.into()])),
    call("setns", "another's namespace", || sys(libc::SYS_setns, [0, 0])),
    call("ptrace-broker", "tracing the broker", || sys(libc::SYS_ptrace, [16, 1])),
    call("ptrace-self", "being traced", || sys(libc::SYS_ptrace, [0])),
    call("read-memory", "reading another process's memory", || sys(libc::SYS_process_vm_readv, [1, 0, 0, 0, 0, 0])),
    call("write-memory", "writing it", || sys(libc::SYS_process_vm_writev, [1, 0, 0, 0, 0, 0])),
    call("madvise-other", "advice on another process's memory", || sys(libc::SYS_process_madvise, [0, 0, 0, 0, 0])),
    call("pidfd-open", "a descriptor of another process", || sys(libc::SYS_pidfd_open, [1, 0])),
    call("pidfd-getfd", "a descriptor of another process's file", || sys(libc::SYS_pidfd_getfd, [0, 0, 0])),
    call("pidfd-signal", "a signal by such a descriptor", || sys(libc::SYS_pidfd_send_signal, [0, 9, 0, 0])),
    call("getppid", "who the broker is", || sys(libc::SYS_getppid, [])),
    call("kill-all", "a signal to everybody", || sys(libc::SYS_kill, [-1, 0])),
    call("kill-broker", "a signal to the group", || sys(libc::SYS_kill, [0, libc::SIGTERM.into()])),
    call("tgkill", "a signal to a thread", || sys(libc::SYS_tgkill, [1, 1, 0])),
    call("tkill", "the same by the old call", || sys(libc::SYS_tkill, [1, 0])),
    call("sigqueue", "a signal with a value", || sys(libc::SYS_rt_sigqueueinfo, [1, 10, 0])),
    call("prlimit", "another's limits", || sys(libc::SYS_prlimit64, [1, 7, 0, 0])),
    call("setrlimit", "own limits", || sys(libc::SYS_setrlimit, [7, 0])),
    call("setpriority", "another's priority", || sys(libc::SYS_setpriority, [0, 1, 0])),
    call("affinity", "another's processors", || sys(libc::SYS_sched_setaffinity, [1, 8, 0])),
    call("scheduler", "real time", || sys(libc::SYS_sched_setscheduler, [0, 1, 0])),
    call("clock-of-another", "the processor time of another process", || {
        sys(libc::SYS_clock_gettime, [((!1_i64) << 3) | 2, 0])
    }),
    call("setsid", "another session", || sys(libc::SYS_setsid, [])),
    call("setuid", "another user", || sys(libc::SYS_setuid, [0])),
    call("setgroups", "other groups", || sys(libc::SYS_setgroups, [0, 0])),
    call("capset", "capabilities", || sys(libc::SYS_capset, [0, 0])),
    call("dumpable", "being looked into", || sys(libc::SYS_prctl, [libc::PR_SET_DUMPABLE.into(), 1])),
    call("outlive", "outliving the broker", || sys(libc::SYS_prctl, [libc::PR_SET_PDEATHSIG.into(), 0])),
    call("seccomp-again", "another filter", || sys(libc::SYS_seccomp, [1, 0, 0])),
    call("seccomp-by-prctl", "another filter by `prctl`", || sys(libc::SYS_prctl, [libc::PR_SET_SECCOMP.into(), 2])),
    call("personality", "readable memory as code", || sys(libc::SYS_personality, [0x0040_0000])),
];

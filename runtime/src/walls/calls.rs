//! The system calls that a walled process may make. What is not listed kills it.
//!
//! A test takes each row away and sees that something breaks, and sees that nothing beside the rows passes.
use libc::c_long;

/// When a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// By a worker, at any time.
    Always,
    /// While code is loaded: before any guest runs, and never after.
    Loading,
    /// By a worker whose scope holds a write, at any time.
    Writing,
    /// By a compiler alone.
    Compiling,
}

/// A condition on one argument: its bits under the mask are these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// Which, from 0.
    pub at: u8,
    /// The bits that are looked at.
    pub mask: u64,
    /// What they are.
    pub is: u64,
}

/// One call, under all of its conditions.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its number on this architecture.
    pub call: c_long,
    /// Its name.
    pub name: &'static str,
    /// When it is made.
    pub when: When,
    /// What its arguments have to be.
    pub args: &'static [Arg],
    /// Why it is needed.
    pub why: &'static str,
}

const fn row(call: c_long, name: &'static str, when: When, args: &'static [Arg], why: &'static str) -> Row {
    Row { call, name, when, args, why }
}

const fn bits(at: u8, mask: i32, is: i32) -> Arg {
    Arg { at, mask: mask.cast_unsigned() as u64, is: is.cast_unsigned() as u64 }
}

const fn is(at: u8, value: i32) -> Arg {
    Arg { at, mask: u32::MAX as u64, is: value.cast_unsigned() as u64 }
}

/// A thread of this process, and no namespace with it.
const THREAD: Arg = bits(
    0,
    libc::CLONE_THREAD
        | libc::CLONE_VM
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP,
    libc::CLONE_THREAD | libc::CLONE_VM,
);
/// `MAP_TYPE` (linux/mman.h): nothing that another process could share; and nothing that is counted as a stack or as huge pages, where
/// the limit on memory does not look.
const PRIVATE: Arg = bits(3, 0x0f | libc::MAP_GROWSDOWN | libc::MAP_HUGETLB, libc::MAP_PRIVATE);
/// A clock of the machine or of the caller, and not another process's.
const OWN_CLOCK: Arg = bits(0, !0x0f, 0);
const EIGHT_BYTES: Arg = Arg { at: 2, mask: u64::MAX, is: 8 };
const NO_CODE: Arg = bits(2, libc::PROT_EXEC, 0);

use When::{Always, Compiling, Loading, Writing};

/// All of them.
pub const CALLS: &[Row] = &[
    // The one way out.
    row(libc::SYS_recvmsg, "recvmsg", Always, &[], "what the broker says"),
    row(libc::SYS_sendmsg, "sendmsg", Always, &[], "what is asked of the broker"),
    row(libc::SYS_ppoll, "ppoll", Always, &[], "to wait for the broker's answer where nothing else may go on"),
    row(libc::SYS_epoll_wait, "epoll_wait", Always, &[], "to wait for the broker or a timer"),
    row(libc::SYS_write, "write", Always, &[EIGHT_BYTES], "one thread wakes the other by an eventfd"),
    row(
        libc::SYS_write,
        "write",
        Always,
        &[is(0, libc::STDERR_FILENO)],
        "the last words of whoever has no memory; they go nowhere",
    ),
    // Memory.
    row(libc::SYS_mmap, "mmap", Always, &[NO_CODE, PRIVATE], "instances, stacks, the heap: private, and never code"),
    row(libc::SYS_mprotect, "mprotect", Always, &[NO_CODE], "memory of instances grows; never code"),
    row(libc::SYS_munmap, "munmap", Always, &[], "instances end"),
    row(libc::SYS_madvise, "madvise", Always, &[], "what an instance leaves is given back"),
    row(libc::SYS_mremap, "mremap", Always, &[], "large allocations grow"),
    row(libc::SYS_brk, "brk", Always, &[], "the heap"),
    // Threads: the clock that interrupts guests is one.
    row(libc::SYS_futex, "futex", Always, &[], "locks between threads"),
    row(libc::SYS_clone, "clone", Always, &[THREAD], "threads, and no processes"),
    row(libc::SYS_set_robust_list, "set_robust_list", Always, &[], "a thread begins"),
    row(libc::SYS_rseq, "rseq", Always, &[], "a thread begins"),
    row(
        libc::SYS_sigaltstack,
        "sigaltstack",
        Always,
        &[],
        "a thread begins and ends; guests trap on a stack of their own",
    ),
    row(libc::SYS_rt_sigprocmask, "rt_sigprocmask", Always, &[], "a thread begins"),
    row(
        libc::SYS_rt_sigaction,
        "rt_sigaction",
        Always,
        &[],
        "traps of guests come as signals; the first thread begins",
    ),
    row(libc::SYS_rt_sigreturn, "rt_sigreturn", Always, &[], "a guest trapped"),
    row(libc::SYS_sched_getaffinity, "sched_getaffinity", Always, &[], "a thread asks for its stack"),
    row(libc::SYS_prctl, "prctl", Always, &[is(0, libc::PR_SET_NAME)], "a thread is given a name"),
    row(libc::SYS_gettid, "gettid", Always, &[], "a thread asks who it is"),
    row(libc::SYS_clock_gettime, "clock_gettime", Always, &[OWN_CLOCK], "the processor time that a guest has used"),
    row(libc::SYS_clock_getres, "clock_getres", Always, &[OWN_CLOCK], "a guest asks for the resolution of a clock"),
    row(
        libc::SYS_sched_yield,
        "sched_yield",
        Always,
        &[],
        "threads wait for one another, and for the broker, without sleeping",
    ),
    row(libc::SYS_clock_nanosleep, "clock_nanosleep", Always, &[], "the clock ticks"),
    row(libc::SYS_exit, "exit", Always, &[], "a thread ends"),
    row(libc::SYS_exit_group, "exit_group", Always, &[], "it ends"),
    // Files that the broker has opened and passed.
    row(libc::SYS_pread64, "pread64", Always, &[], "a guest reads a file"),
    row(libc::SYS_fstat, "fstat", Always, &[], "a guest asks for a file's size and times"),
    row(libc::SYS_fadvise64, "fadvise64", Always, &[], "a guest says how it will read a file"),
    row(libc::SYS_fcntl, "fcntl", Always, &[is(1, libc::F_GETFL)], "a guest asks how a file was opened"),
    row(libc::SYS_fcntl, "fcntl", Always, &[is(1, libc::F_GETFD)], "a debug build sees that what it closes is open"),
    row(libc::SYS_close, "close", Always, &[], "a guest lets go of a file"),
    row(libc::SYS_fsync, "fsync", Always, &[], "a guest flushes a file"),
    row(libc::SYS_fdatasync, "fdatasync", Always, &[], "a guest flushes a file"),
    row(libc::SYS_getrandom, "getrandom", Always, &[], "a guest asks for random bytes"),
    row(libc::SYS_pwrite64, "pwrite64", Writing, &[], "a guest writes a file"),
    row(libc::SYS_pwritev2, "pwritev2", Writing, &[], "a guest appends to a file"),
    row(libc::SYS_ftruncate, "ftruncate", Writing, &[], "a guest sets a file's size"),
    // Loading: the walls stand already, and code can still be mapped.
    row(libc::SYS_openat, "openat", Loading, &[], "the memory that holds the code is opened once more, to be mapped"),
    row(libc::SYS_mprotect, "mprotect", Loading, &[], "the code is made so"),
    row(libc::SYS_newfstatat, "newfstatat", Loading, &[], "the code's length, as some C libraries ask for it"),
    row(libc::SYS_seccomp, "seccomp", Loading, &[], "the strict filter comes on top"),
    row(libc::SYS_prctl, "prctl", Loading, &[is(0, libc::PR_SET_NO_NEW_PRIVS)], "the filter's library sets it again"),
    // A compiler reads the component and writes the code, both of them memory that it was handed.
    row(libc::SYS_read, "read", Compiling, &[], "the component"),
    row(libc::SYS_write, "write", Compiling, &[], "the code, and what is wrong with the component"),
];

/// Calls that libraries try and do without: they are told that the kernel has none (`ENOSYS`), but in a stage that has a row
/// for them.
pub const NOT_HERE: &[(c_long, &str, &str)] = &[
    (libc::SYS_clone3, "clone3", "its flags lie in memory, where no filter sees them; `clone` follows"),
    (libc::SYS_getpid, "getpid", "`abort` asks who it is, to signal itself"),
    (libc::SYS_tgkill, "tgkill", "`abort` signals itself; without, it ends by an instruction that traps"),
    (
        libc::SYS_openat,
        "openat",
        "the C library looks how memory is overcommitted before it gives some back, and gives it back",
    ),
    (libc::SYS_statx, "statx", "it takes a path, which no filter sees; `fstat` follows"),
];

//! Ways into the kernel that a tool has no use for.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("io-uring", "calls by a ring, past every filter", || sys(libc::SYS_io_uring_setup, [1, 0])),
    call("bpf", "a program for the kernel", || sys(libc::SYS_bpf, [0, 0, 0])),
    call("userfaultfd", "handling own page faults", || sys(libc::SYS_userfaultfd, [0])),
    call("perf", "counters of the processor", || sys(libc::SYS_perf_event_open, [0, 0, 0, 0, 0])),
    call("keyctl", "a keyring", || sys(libc::SYS_keyctl, [0, 0])),
    call("add-key", "a key", || sys(libc::SYS_add_key, [text(c"user"), text(c"x"), 0, 0, 0])),
    call("request-key", "asking for a key", || sys(libc::SYS_request_key, [text(c"user"), text(c"x")])),
    call("module", "a module", || sys(libc::SYS_init_module, [0, 0, 0])),
    call("kexec", "another kernel", || sys(libc::SYS_kexec_load, [0, 0, 0, 0])),
    call("reboot", "a restart", || sys(libc::SYS_reboot, [0, 0, 0])),
    call("swapon", "swapping to a file", || sys(libc::SYS_swapon, [text(c"/tmp/x")])),
    call("syslog", "the kernel's messages", || sys(libc::SYS_syslog, [3, 0, 0])),
    call("acct", "accounting", || sys(libc::SYS_acct, [0])),
    call("settime", "another time", || sys(libc::SYS_clock_settime, [0, 0])),
    call("hostname", "another name of the machine", || sys(libc::SYS_sethostname, [text(c"x"), 1])),
    call("iopl", "ports of the machine", || sys(libc::SYS_iopl, [3])),
    call("modify-ldt", "segments of one's own", || sys(libc::SYS_modify_ldt, [1, 0, 0])),
    call("shmget", "memory shared by a key", || sys(libc::SYS_shmget, [0, 4096, 0o1600])),
    call("msgget", "a queue of messages", || sys(libc::SYS_msgget, [0, 0o1600])),
    call("mq-open", "a queue by a name", || sys(libc::SYS_mq_open, [text(c"x"), 0])),
    call("semget", "semaphores", || sys(libc::SYS_semget, [0, 1, 0o1600])),
    call("timer", "a timer that signals", || sys(libc::SYS_timer_create, [0, 0, 0])),
    call("landlock", "more rules", || sys(libc::SYS_landlock_create_ruleset, [0, 0, 1])),
    call("x32", "a call by its number of the x32 interface", || sys(libc::SYS_getpid | 0x4000_0000, [])),
    call("int-0x80", "a call by the 32-bit interface", foreign),
    call("unknown-number", "a call that no kernel has", || sys(1_000_000, [])),
];

/// A call of the 32-bit interface, which a 64-bit process reaches by an interrupt: the filter sees another architecture.
#[cfg(target_arch = "x86_64")]
pub(crate) fn foreign() -> String {
    let result: i32;
    // SAFETY: none is promised: it is the attack. `getpid` of the 32-bit interface takes nothing and writes nothing.
    unsafe {
        std::arch::asm!("int 0x80", inlateout("eax") 20 => result, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
    }
    format!("done ({result})")
}

//! One attack: its name, what it is, and how it is made.
use libc::c_long;
use toolward::worker::seized::Seized;

/// One attempt to get out.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) does: Does,
}

/// How it is made.
pub(crate) enum Does {
    /// By system calls.
    Call(fn() -> String),
    /// By what it says to the broker.
    Speak(fn(&Seized) -> String),
}

impl std::fmt::Debug for Does {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an attack")
    }
}

pub(crate) const fn call(name: &'static str, what: &'static str, call: fn() -> String) -> Attack {
    Attack { name, what, does: Does::Call(call) }
}

pub(crate) const fn speak(name: &'static str, what: &'static str, speak: fn(&Seized) -> String) -> Attack {
    Attack { name, what, does: Does::Speak(speak) }
}

/// A system call with up to six arguments, and what came of it: an error's name, or `done` where it was done.
pub(crate) fn syscall(number: c_long, args: [c_long; 6]) -> String {
    let [a, b, c, d, e, f] = args;
    // SAFETY: none is promised: it is the attack. Pointers among the arguments live until the call is over.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    if result >= 0 { format!("done ({result})") } else { last_error() }
}

/// The same with fewer arguments: the rest are zero.
pub(crate) fn sys<const N: usize>(number: c_long, args: [c_long; N]) -> String {
    let mut all = [0; 6];
    for (to, from) in all.iter_mut().zip(args) {
        *to = from;
    }
    syscall(number, all)
}

/// A text that a system call reads.
pub(crate) fn text(text: &'static std::ffi::CStr) -> c_long {
    text.as_ptr() as c_long
}

/// The name of the last error.
pub(crate) fn last_error() -> String {
    named(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

pub(crate) fn named(errno: i32) -> String {
    match errno {
        libc::EPERM => "EPERM".to_owned(),
        libc::EACCES => "EACCES".to_owned(),
        libc::ENOSYS => "ENOSYS".to_owned(),
        libc::ENOENT => "ENOENT".to_owned(),
        libc::EBADF => "EBADF".to_owned(),
        libc::EINVAL => "EINVAL".to_owned(),
        libc::EFAULT => "EFAULT".to_owned(),
        libc::ESRCH => "ESRCH".to_owned(),
        libc::ENOMEM => "ENOMEM".to_owned(),
        libc::ENAMETOOLONG => "ENAMETOOLONG".to_owned(),
        other => format!("errno {other}"),
    }
}

//! What can be done with the descriptors that a worker has.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("ioctl-terminal", "typing into a terminal", || sys(libc::SYS_ioctl, [0, 0x5412, text(c"x")])),
    call("ioctl-length", "how much waits on the socket", || sys(libc::SYS_ioctl, [0, 0x541b, 0])),
    call("fcntl-owner", "having somebody signalled", || sys(libc::SYS_fcntl, [0, libc::F_SETOWN.into(), 1])),
    call("fcntl-dup", "a second descriptor", || sys(libc::SYS_fcntl, [0, libc::F_DUPFD.into(), 0])),
    call("fcntl-flags", "other flags of the socket", || sys(libc::SYS_fcntl, [0, libc::F_SETFL.into(), 0])),
    call("fcntl-seals", "seals of the code", || sys(libc::SYS_fcntl, [10, 1033, 0])),
    call("dup", "a second descriptor by `dup`", || sys(libc::SYS_dup, [0])),
    call("dup2", "another descriptor in the socket's place", || sys(libc::SYS_dup2, [1, 0])),
    call("pipe", "a pipe", || sys(libc::SYS_pipe2, [0, 0])),
    call("splice", "moving bytes between descriptors", || sys(libc::SYS_splice, [0, 0, 1, 0, 1, 0])),
    call("sendfile", "sending a file", || sys(libc::SYS_sendfile, [1, 0, 0, 1])),
    call("copy-file-range", "copying between files", || sys(libc::SYS_copy_file_range, [1, 0, 0, 0, 1, 0])),
    call("read", "reading the socket by `read`", || sys(libc::SYS_read, [0, 0, 0])),
    call("write", "writing to an inherited descriptor", || sys(libc::SYS_write, [1, text(c"x"), 1])),
    call("writev", "the same in parts", || sys(libc::SYS_writev, [1, 0, 0])),
    call("pwrite", "writing at a place, where the scope holds no write", || {
        sys(libc::SYS_pwrite64, [10, text(c"x"), 1, 0])
    }),
    call("ftruncate", "cutting the code", || sys(libc::SYS_ftruncate, [10, 0])),
    call("times-of-a-descriptor", "the times of a file that was passed for reading", || {
        sys(libc::SYS_utimensat, [1, 0, 0, 0])
    }),
    call("fallocate", "making a file longer", || sys(libc::SYS_fallocate, [1, 0, 0, 1 << 40])),
    call("epoll", "another set to wait for", || sys(libc::SYS_epoll_create1, [0])),
    call("eventfd", "another counter", || sys(libc::SYS_eventfd2, [0, 0])),
    call("signalfd", "signals by a descriptor", || sys(libc::SYS_signalfd4, [-1, 0, 8, 0])),
    call("timerfd", "a timer by a descriptor", || sys(libc::SYS_timerfd_create, [1, 0])),
];

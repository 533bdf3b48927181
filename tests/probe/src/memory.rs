//! Memory: none that is code, none that is shared.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("mmap-code", "memory that is code", || {
        sys(
            libc::SYS_mmap,
            [
                0,
                4096,
                (libc::PROT_READ | libc::PROT_EXEC).into(),
                (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS).into(),
                -1,
                0,
            ],
        )
    }),
    call("mmap-all", "memory that is everything", || {
        sys(
            libc::SYS_mmap,
            [
                0,
                4096,
                (libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC).into(),
                (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS).into(),
                -1,
                0,
            ],
        )
    }),
    call("mmap-file-code", "a file as code", || {
        sys(libc::SYS_mmap, [0, 4096, libc::PROT_EXEC.into(), libc::MAP_PRIVATE.into(), 1, 0])
    }),
    call("mmap-shared", "memory that another process could share", || {
        sys(libc::SYS_mmap, [0, 4096, libc::PROT_READ.into(), (libc::MAP_SHARED | libc::MAP_ANONYMOUS).into(), -1, 0])
    }),
    call("mmap-shared-validate", "the same by the newer flag", || {
        sys(
            libc::SYS_mmap,
            [0, 4096, libc::PROT_READ.into(), (libc::MAP_SHARED_VALIDATE | libc::MAP_ANONYMOUS).into(), -1, 0],
        )
    }),
    call("mprotect-code", "own memory made code", mprotect_code),
    call("pkey-mprotect", "the same with a key", || {
        sys(libc::SYS_pkey_mprotect, [0, 4096, libc::PROT_EXEC.into(), -1])
    }),
    call("memfd", "memory with a descriptor", || sys(libc::SYS_memfd_create, [text(c"x"), 0])),
    call("memfd-secret", "secret memory", || sys(libc::SYS_memfd_secret, [0])),
    call("mmap-growing-down", "memory that is counted as a stack, past the limit", || {
        sys(
            libc::SYS_mmap,
            [
                0,
                4096,
                libc::PROT_READ.into(),
                (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_GROWSDOWN).into(),
                -1,
                0,
            ],
        )
    }),
    call("remap", "pages of a file in another order", || sys(libc::SYS_remap_file_pages, [0, 0, 0, 0, 0])),
    call("mlock", "memory that is never swapped", || sys(libc::SYS_mlock, [0, 4096])),
];

/// A page of the heap.
fn mprotect_code() -> String {
    let page =
        sys(libc::SYS_mmap, [0, 4096, libc::PROT_READ.into(), (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS).into(), -1, 0]);
    let at = page.trim_start_matches("done (").trim_end_matches(')').parse().unwrap_or(0);
    sys(libc::SYS_mprotect, [at, 4096, (libc::PROT_READ | libc::PROT_EXEC).into()])
}

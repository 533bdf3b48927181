//! Files, by every call that takes a path.
use crate::attack::{Attack, call, sys, text};

pub(crate) const ALL: &[Attack] = &[
    call("open-passwd", "opening `/etc/passwd`", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/etc/passwd"), 0])
    }),
    call("open-shadow-to-write", "opening `/etc/shadow` for writing", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/etc/shadow"), libc::O_RDWR.into()])
    }),
    call("open-old", "the same by the old call `open`", || sys(libc::SYS_open, [text(c"/etc/passwd")])),
    call("creat", "making a file in `/tmp` by `creat`", || sys(libc::SYS_creat, [text(c"/tmp/toolward-probe"), 0o600])),
    call("open-new", "making a file in `/tmp`", || {
        sys(
            libc::SYS_openat,
            [libc::AT_FDCWD.into(), text(c"/tmp/toolward-probe"), (libc::O_CREAT | libc::O_RDWR).into(), 0o600],
        )
    }),
    call("open-environ-of-1", "opening `/proc/1/environ`", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/proc/1/environ")])
    }),
    call("open-own-memory", "opening `/proc/self/mem` for writing", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/proc/self/mem"), libc::O_RDWR.into()])
    }),
    call("open-by-descriptor", "opening an own descriptor anew by `/proc/self/fd`", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/proc/self/fd/1"), libc::O_RDWR.into()])
    }),
    call("open-upward", "opening `../../etc/passwd` beneath a descriptor", || {
        sys(libc::SYS_openat, [3, text(c"../../../../etc/passwd")])
    }),
    call("open-path", "a descriptor of `/` that opens nothing (`O_PATH`)", || {
        sys(libc::SYS_openat, [libc::AT_FDCWD.into(), text(c"/"), libc::O_PATH.into()])
    }),
    call("openat2", "opening `/etc/passwd` by `openat2`", || {
        sys(libc::SYS_openat2, [libc::AT_FDCWD.into(), text(c"/etc/passwd"), 0, 24])
    }),
    call("name-to-handle", "a handle of `/etc/passwd`, to be opened elsewhere", || {
        sys(libc::SYS_name_to_handle_at, [libc::AT_FDCWD.into(), text(c"/etc/passwd")])
    }),
    call("open-by-handle", "opening by a handle that was guessed", || sys(libc::SYS_open_by_handle_at, [3, 0, 0])),
    call("stat", "metadata of `/etc/passwd`", || sys(libc::SYS_stat, [text(c"/etc/passwd"), 0])),
    call("lstat", "the same of a link", || sys(libc::SYS_lstat, [text(c"/etc/passwd"), 0])),
    call("newfstatat", "the same beneath a descriptor", || {
        sys(libc::SYS_newfstatat, [libc::AT_FDCWD.into(), text(c"/etc/passwd")])
    }),
    call("statx", "the same by the newest call", || {
        sys(libc::SYS_statx, [libc::AT_FDCWD.into(), text(c"/etc/passwd")])
    }),
    call("statfs", "what file system `/` is", || sys(libc::SYS_statfs, [text(c"/")])),
    call("access", "whether `/root` is there", || sys(libc::SYS_access, [text(c"/root")])),
    call("faccessat2", "the same beneath a descriptor", || {
        sys(libc::SYS_faccessat2, [libc::AT_FDCWD.into(), text(c"/root")])
    }),
    call("readlink", "where `/proc/self/exe` leads", || sys(libc::SYS_readlink, [text(c"/proc/self/exe")])),
    call("readlinkat", "the same beneath a descriptor", || {
        sys(libc::SYS_readlinkat, [libc::AT_FDCWD.into(), text(c"/proc/self/exe")])
    }),
    call("getdents", "listing a directory", || sys(libc::SYS_getdents64, [3, 0, 0])),
    call("chmod", "making `/etc/passwd` everybody's", || sys(libc::SYS_chmod, [text(c"/etc/passwd"), 0o777])),
    call("fchmod", "changing the mode of an own descriptor", || sys(libc::SYS_fchmod, [1, 0o777])),
    call("fchmodat", "`chmod` beneath a descriptor", || {
        sys(libc::SYS_fchmodat, [libc::AT_FDCWD.into(), text(c"/etc/passwd"), 0o777])
    }),
    call("chown", "giving `/etc/passwd` away", || sys(libc::SYS_chown, [text(c"/etc/passwd"), 1, 1])),
    call("fchown", "giving an own descriptor's file away", || sys(libc::SYS_fchown, [1, 1, 1])),
    call("setxattr", "an attribute of `/etc/passwd`", || {
        sys(libc::SYS_setxattr, [text(c"/etc/passwd"), text(c"user.x")])
    }),
    call("fsetxattr", "an attribute of an own descriptor", || sys(libc::SYS_fsetxattr, [1, text(c"user.x")])),
    call("getxattr", "reading an attribute", || sys(libc::SYS_getxattr, [text(c"/etc/passwd"), text(c"user.x")])),
    call("utimensat", "the times of `/etc/passwd`", || {
        sys(libc::SYS_utimensat, [libc::AT_FDCWD.into(), text(c"/etc/passwd")])
    }),
    call("truncate", "cutting `/etc/passwd`", || sys(libc::SYS_truncate, [text(c"/etc/passwd"), 0])),
    call("rename", "renaming `/etc/passwd`", || sys(libc::SYS_rename, [text(c"/etc/passwd"), text(c"/etc/x")])),
    call("unlink", "removing `/etc/passwd`", || sys(libc::SYS_unlink, [text(c"/etc/passwd")])),
    call("unlinkat", "the same beneath a descriptor", || {
        sys(libc::SYS_unlinkat, [libc::AT_FDCWD.into(), text(c"/etc/passwd")])
    }),
    call("mkdir", "making a directory", || sys(libc::SYS_mkdir, [text(c"/tmp/toolward-probe")])),
    call("link", "a second name of `/etc/passwd`", || {
        sys(libc::SYS_link, [text(c"/etc/passwd"), text(c"/tmp/toolward-probe")])
    }),
    call("symlink", "a symbolic link", || sys(libc::SYS_symlink, [text(c"/etc/passwd"), text(c"/tmp/toolward-probe")])),
    call("mknod", "a device", || sys(libc::SYS_mknod, [text(c"/tmp/toolward-probe"), 0o20666, 0x0101])),
    call("chdir", "going to `/etc`", || sys(libc::SYS_chdir, [text(c"/etc")])),
    call("chroot", "another root", || sys(libc::SYS_chroot, [text(c"/tmp")])),
    call("pivot-root", "another root by `pivot_root`", || sys(libc::SYS_pivot_root, [text(c"/tmp"), text(c"/tmp")])),
    call("mount", "mounting a file system", || sys(libc::SYS_mount, [text(c"none"), text(c"/tmp"), text(c"tmpfs")])),
    call("umount", "unmounting one", || sys(libc::SYS_umount2, [text(c"/proc")])),
    call("fsopen", "a file system by the new calls", || sys(libc::SYS_fsopen, [text(c"tmpfs")])),
    call("open-tree", "a copy of a mount", || sys(libc::SYS_open_tree, [libc::AT_FDCWD.into(), text(c"/")])),
    call("inotify", "watching files", || sys(libc::SYS_inotify_init1, [0])),
    call("fanotify", "watching all files", || sys(libc::SYS_fanotify_init, [0, 0])),
];

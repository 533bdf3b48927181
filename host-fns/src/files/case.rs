//! Whether a file system tells names apart by case: without that a rule would not mean one name.
//!
//! Some are known to. What another file system does depends on how it was made or on the machine that serves it (9p,
//! virtiofs, shared folders of virtual machines, HFS+, ZFS, NFS): there a name that is known is looked up in the other case.
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, Mode, OFlags, fstatfs, openat, statat};
use rustix::io::Errno;

use super::effect;

/// Names that are tried before it is given up.
const MOST_TRIED: usize = 1_000;

/// File systems whose directories tell case apart unless a flag says otherwise, which
/// [`folds_case`](super::mount::folds_case) looks at (linux/magic.h).
const KNOWN: [i64; 21] = [
    0xef53,      // ext2, ext3, ext4
    0x9123_683e, // btrfs
    0xf2f5_2010, // f2fs
    0xca45_1a4e, // bcachefs
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x9584_58f6, // hugetlbfs
    0x794c_7630, // overlayfs
    0x7371_7368, // squashfs
    0xe0f5_e1e2, // erofs
    0x2405_1905, // ubifs
    0x72b6,      // jffs2
    0x3434,      // nilfs2
    0x5265_4973, // reiserfs
    0x0116_1970, // gfs2
    0x7461_636f, // ocfs2
    0x9fa0,      // proc
    0x6265_6572, // sysfs
    0x6367_7270, // cgroup2
    0x6462_6720, // debugfs
    0x7472_6163, // tracefs
];

/// What was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Two spellings are two names.
    Told,
    /// Two spellings are one name.
    Folded,
    /// There was no name to try.
    Unknown,
}

/// Whether a directory, which its host calls `host`, is on a file system that tells case apart. Nothing is written for it.
///
/// # Errors
/// Where the directory cannot be looked at.
pub(super) fn of(root: BorrowedFd<'_>, host: &Path) -> Result<Case, Errno> {
    if fstatfs(root).is_ok_and(|fs| KNOWN.contains(&fs.f_type)) {
        return Ok(Case::Told);
    }
    let names = Dir::new(effect::names(root)?)?.take(MOST_TRIED).filter_map(Result::ok);
    let names = names.filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
    let tried = by_trial(names, |name| identity(root, name));
    if tried != Case::Unknown {
        return Ok(tried);
    }
    // The directory's own name, where that is a name of the same file system.
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let above = openat(root, "..", flags, Mode::empty())?;
    let own = (identity(root, ".")?, host.file_name().and_then(|name| name.to_str()));
    Ok(match own {
        (Some(own), Some(name)) if identity(above.as_fd(), name)? == Some(own) && own.0 == device(above.as_fd())? => {
            by_trial(std::iter::once(name.to_owned()), |name| identity(above.as_fd(), name))
        }
        _ => Case::Unknown,
    })
}

/// Looks each name up in the other case until one lookup tells.
fn by_trial(names: impl Iterator<Item = String>, lookup: impl Fn(&str) -> Result<Option<(u64, u64)>, Errno>) -> Case {
    for name in names {
        let other: String = name.chars().map(other_case).collect();
        if other == name {
            continue;
        }
        let Ok(Some(own)) = lookup(&name) else { continue };
        match lookup(&other) {
            // Two objects under two spellings: they are two names.
            Ok(found) if found != Some(own) => return Case::Told,
            // A hard link of that name is possible, and as good as folding.
            Ok(_) => return Case::Folded,
            Err(_) => {}
        }
    }
    Case::Unknown
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// Device and inode of a name, `None` where there is none.
fn identity(dir: BorrowedFd<'_>, name: &str) -> Result<Option<(u64, u64)>, Errno> {
    match statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some((stat.st_dev, stat.st_ino))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}

fn device(dir: BorrowedFd<'_>) -> Result<u64, Errno> {
    Ok(rustix::fs::fstat(dir)?.st_dev)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of these names, in which a lookup folds or does not.
    fn tried(names: &[&str], folds: bool) -> Case {
        let lookup = |asked: &str| {
            let is_asked = |name: &&str| if folds { name.eq_ignore_ascii_case(asked) } else { **name == *asked };
            Ok(names.iter().position(is_asked).map(|at| (1, at as u64)))
        };
        by_trial(names.iter().map(|name| (*name).to_owned()), lookup)
    }

    #[test]
    fn a_name_in_the_other_case_tells() {
        assert_eq!(tried(&[".", "..", "123", "README"], false), Case::Told);
        assert_eq!(tried(&[".", "..", "123", "README"], true), Case::Folded);
        assert_eq!(tried(&["readme", "README"], false), Case::Told, "both spellings are there");
        for folds in [false, true] {
            assert_eq!(tried(&[".", "..", "1.2", "ÄÖ"], folds), Case::Unknown, "no letter to try");
        }
        let failing = by_trial(["a".to_owned()].into_iter(), |_| Err(Errno::IO));
        assert_eq!(failing, Case::Unknown);
    }

    #[test]
    fn a_known_file_system_is_not_tried() {
        let dir = openat(rustix::fs::CWD, "/proc/self", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
        assert_eq!(of(dir.as_fd(), Path::new("/proc/self")), Ok(Case::Told));
    }
}
